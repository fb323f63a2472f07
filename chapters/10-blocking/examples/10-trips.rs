//! How often each act goes to the blocking pool for one joke: counted, not timed.
//!
//! ```console
//! $ cargo run --example 10-trips
//! ```
//!
//! The pool has one thread, and we hold it. When we let go, whatever stands in line gets its turn, and then we
//! hold the thread again. A turn after which the act got on was a trip.

#[path = "10-act-1-in-the-task.rs"]
#[allow(dead_code)]
mod act_1;
#[path = "10-act-2-on-the-pool.rs"]
#[allow(dead_code)]
mod act_2;
#[path = "10-act-3-as-a-stream.rs"]
#[allow(dead_code)]
mod act_3;
#[path = "10-act-4-by-hand.rs"]
#[allow(dead_code)]
mod act_4;
#[path = "10-act-5-a-channel.rs"]
#[allow(dead_code)]
mod act_5;
#[path = "10-act-6-framed.rs"]
#[allow(dead_code)]
mod act_6;
#[path = "10-act-7-tokio-fs.rs"]
#[allow(dead_code)]
mod act_7;
#[path = "10-act-8-cached.rs"]
#[allow(dead_code)]
mod act_8;

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::{env, fs, io, process};

use blocking::{Cache, Index, JOKES, listen};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::runtime::Builder;
use tokio::sync::oneshot;
use tokio::task::{spawn_blocking, yield_now};

/// With this seed, the first joke stands near the end of the file.
const SEED: u64 = 3;

fn main() -> io::Result<()> {
    let index = Index::open(JOKES, SEED)?;
    let (lines, joke) = (index.jokes().last().map_or(0, |last| last.end), index.pick());
    println!("the joke: lines {} to {} of {lines}\n", joke.start + 1, joke.end);
    println!("{:18}{:>5}  with the file removed", "act", "trips");
    row("1 in the task", Index::open, act_1::tell)?;
    row("2 on the pool", Index::open, act_2::tell)?;
    row("3 as a stream", Index::open, act_3::tell)?;
    row("4 by hand", Index::open, act_4::tell)?;
    row("5 a channel", Index::open, act_5::tell)?;
    row("6 framed", Index::open, act_6::tell)?;
    row("7 tokio::fs", Index::open, act_7::tell)?;
    row("8 cached", Cache::open, act_8::tell)
}

/// Counts one act, with a file of its own: first with the file there, then with the file gone.
fn row<J, F>(
    name: &str,
    load: impl Fn(String, u64) -> io::Result<J>,
    tell: impl Fn(Arc<J>, TcpStream) -> F,
) -> io::Result<()>
where
    F: Future<Output = io::Result<()>> + Send + 'static,
{
    let file = env::temp_dir().join(format!("10-trips-{}", process::id()));
    let file = file.to_string_lossy().into_owned();
    fs::copy(JOKES, &file)?;
    let jokes = (load(file.clone(), SEED)?, load(file.clone(), SEED)?);
    let (trips, joke) = count(|socket| tell(Arc::new(jokes.0), socket))?;
    assert!(fs::read_to_string(JOKES)?.contains(&joke) && joke.len() > 500, "{joke}");
    fs::remove_file(&file)?;
    let (_, joke) = count(|socket| tell(Arc::new(jokes.1), socket))?;
    println!(
        "{name:18}{trips:>5}  {}",
        if joke.is_empty() { "no joke" } else { "the joke" }
    );
    Ok(())
}

/// Runs an act for one client. Returns the number of trips, and what the client received.
fn count<F>(tell: impl FnOnce(TcpStream) -> F) -> io::Result<(usize, String)>
where
    F: Future<Output = io::Result<()>> + Send + 'static,
{
    let runtime =
        Builder::new_current_thread().max_blocking_threads(1).enable_all().build()?;
    runtime.block_on(async {
        let mut hold = Hold::queue();
        hold.is_there().await;

        let listener = listen("127.0.0.1:0")?;
        let mut client = TcpStream::connect(listener.local_addr()?).await?;
        let (socket, _) = listener.accept().await?;
        let polls = Arc::new(AtomicUsize::new(0));
        let (act, count) = (tell(socket), polls.clone());
        tokio::spawn(async move {
            let mut act = pin!(act);
            poll_fn(|cx| {
                count.fetch_add(1, SeqCst);
                act.as_mut().poll(cx)
            })
            .await
        });
        let received = tokio::spawn(async move {
            let mut joke = String::new();
            client.read_to_string(&mut joke).await.map(|_| (joke, client))
        });

        let mut trips = 0;
        loop {
            everybody_gets_a_turn().await;
            if received.is_finished() {
                let (joke, _client) = received.await??;
                return Ok((trips, joke));
            }
            let before = polls.load(SeqCst);
            let mut next = Hold::queue();
            drop(hold);
            next.is_there().await;
            hold = next;
            everybody_gets_a_turn().await;
            trips += usize::from(polls.load(SeqCst) > before);
        }
    })
}

async fn everybody_gets_a_turn() {
    for _ in 0..1000 {
        yield_now().await;
    }
}

/// Holds the blocking thread from its turn on, until dropped.
struct Hold {
    there: oneshot::Receiver<()>,
    _release: oneshot::Sender<()>,
}

impl Hold {
    /// Waits in line, behind everything that is in line by now.
    fn queue() -> Hold {
        let (arrive, there) = oneshot::channel();
        let (release, released) = oneshot::channel();
        spawn_blocking(move || {
            let _ = arrive.send(());
            let _ = released.blocking_recv();
        });
        Hold { there, _release: release }
    }

    async fn is_there(&mut self) {
        let _ = (&mut self.there).await;
    }
}
