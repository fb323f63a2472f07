//! Two clients that do not read, and a pool of two threads: who holds what?
//!
//! ```console
//! $ cargo run --example 10-slow-readers
//! ```

#[path = "10-act-5-a-channel.rs"]
#[allow(dead_code)]
mod act_5;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use blocking::{Index, JOKES};
use tokio::runtime::Builder;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;
use tokio::time;

/// With this seed, the first jokes are long ones.
const SEED: u64 = 3;

// ANCHOR: unbounded
/// The lines of a joke, read on the blocking pool as fast as it can.
fn read_unbounded(index: Arc<Index>) -> mpsc::UnboundedReceiver<io::Result<String>> {
    let (sender, receiver) = mpsc::unbounded_channel();
    spawn_blocking(move || match index.lines(index.pick()) {
        Ok(lines) => lines.for_each(|line| {
            let _ = sender.send(line);
        }),
        Err(error) => {
            let _ = sender.send(Err(error));
        }
    });
    receiver
}
// ANCHOR_END: unbounded

fn main() -> io::Result<()> {
    let runtime = || {
        Builder::new_current_thread()
            .max_blocking_threads(2)
            .enable_time()
            .start_paused(true)
            .build()
    };
    runtime()?.block_on(async { println!("bounded:   {}", bounded().await) });
    runtime()?.block_on(async { println!("unbounded: {}", unbounded().await) });
    Ok(())
}

async fn bounded() -> String {
    let long = || Arc::new(Index::open(JOKES, SEED).expect("the jokes are there"));
    let slow = [act_5::read(long()), act_5::read(long())];
    while slow.iter().any(|lines| lines.len() < 4) {
        tokio::task::yield_now().await; // until both channels are full
    }
    let mut third = act_5::read(long());
    let patience = time::timeout(Duration::from_secs(3600), third.recv());
    let (waited, ()) = tokio::join!(patience, time::advance(Duration::from_secs(7200)));
    let before = if waited.is_err() { "nothing in an hour" } else { "a line" };
    drop(slow);
    let after = if third.recv().await.is_some() { "a line" } else { "nothing" };
    format!("the third client gets {before}; once the slow ones have left, {after}")
}

async fn unbounded() -> String {
    let long = || Arc::new(Index::open(JOKES, SEED).expect("the jokes are there"));
    let slow = [read_unbounded(long()), read_unbounded(long())];
    let mut third = read_unbounded(long());
    let line = if third.recv().await.is_some() { "a line" } else { "nothing" };
    while !slow.iter().all(|lines| lines.is_closed()) {
        tokio::task::yield_now().await; // until both jobs have ended
    }
    let kept = slow[0].len();
    format!("the third client gets {line}; {kept} lines wait in memory for each slow one")
}
