//! A future that is neither polled nor dropped stands in line for a lock, and holds up
//! everybody behind it.
//!
//! ```console
//! $ cargo run --example 08-futurelock
//! ```

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, sleep, timeout};

type Log = Mutex<Vec<&'static str>>;

// ANCHOR: write
/// Writes a line when its turn comes.
async fn write(log: Arc<Log>, line: &'static str) {
    log.lock().await.push(line);
}
// ANCHOR_END: write

// ANCHOR: both
async fn write_both(log: Arc<Log>) {
    let mut first = pin!(write(log.clone(), "first"));
    tokio::select! {
        () = &mut first => {}
        () = sleep(Duration::from_millis(10)) => {
            write(log, "it takes long").await;
            first.await;
        }
    }
}
// ANCHOR_END: both

// ANCHOR: ways
/// The future moves into the `select!`, and is gone when the handler runs.
async fn dropped(log: Arc<Log>) {
    tokio::select! {
        () = write(log.clone(), "first") => {}
        () = sleep(Duration::from_millis(10)) => write(log, "given up").await,
    }
}

/// A task polls the future, whatever the handler does.
async fn spawned(log: Arc<Log>) {
    let mut first = tokio::spawn(write(log.clone(), "first"));
    tokio::select! {
        _ = &mut first => {}
        () = sleep(Duration::from_millis(10)) => {
            write(log, "it takes long").await;
            let _ = first.await;
        }
    }
}

// ANCHOR_END: ways

// ANCHOR: joined
/// The handler polls the future along with its own work.
async fn joined(log: Arc<Log>) {
    let mut first = pin!(write(log.clone(), "first"));
    tokio::select! {
        () = &mut first => {}
        () = sleep(Duration::from_millis(10)) => {
            tokio::join!(first, write(log, "it takes long"));
        }
    }
}
// ANCHOR_END: joined

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    report("kept, and not polled", write_both).await;
    report("dropped", dropped).await;
    report("spawned", spawned).await;
    report("joined", joined).await;
}

/// Somebody else has the lock for the first 50 ms.
async fn report(name: &str, run: impl AsyncFnOnce(Arc<Log>)) {
    let log = Arc::new(Log::default());
    let guard = log.clone().lock_owned().await;
    tokio::spawn(async move {
        sleep(Duration::from_millis(50)).await;
        drop(guard);
    });
    let begun = Instant::now();
    match timeout(Duration::from_secs(3600), run(log.clone())).await {
        Ok(()) => {
            let log = log.lock().await;
            println!("{name:<22}{:>3} ms   {log:?}", begun.elapsed().as_millis());
        }
        Err(_) => println!("{name:<22}still waiting after an hour"),
    }
}
