//! Two computations: where each of them runs, and whether they run at the same time.
//!
//! ```console
//! $ cargo run --example 10-computing
//! ```

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Barrier};
use std::thread::{self, ThreadId};

use tokio::runtime::Builder;
use tokio::sync::oneshot;
use tokio::task::{block_in_place, spawn_blocking};

// ANCHOR: joined
/// Two branches of a `join!`.
async fn joined(half: Half) {
    tokio::join!(async { half.compute() }, async { half.compute() });
}
// ANCHOR_END: joined

// ANCHOR: pooled
/// Two jobs.
async fn pooled(half: Half) {
    let halves = [half.clone(), half];
    let jobs = halves.map(|half| spawn_blocking(move || half.compute()));
    for job in jobs {
        job.await.expect("it does not panic");
    }
}
// ANCHOR_END: pooled

// ANCHOR: rayon
/// Two closures for rayon.
async fn with_rayon(half: Half) {
    let (answer, answered) = oneshot::channel();
    rayon::spawn(move || {
        let both = rayon::join(|| half.compute(), || half.compute());
        let _ = answer.send(both); // an error: nobody waits any more
    });
    answered.await.expect("the closure sends its answer");
}
// ANCHOR_END: rayon

/// Half of a computation. It knows where it ran, and how many ran at once.
#[derive(Clone)]
struct Half(Arc<Seen>);

struct Seen {
    caller: ThreadId,
    elsewhere: AtomicUsize,
    running: AtomicUsize,
    at_once: AtomicUsize,
    meet: Option<Barrier>,
}

impl Half {
    fn compute(&self) {
        let seen = &self.0;
        let running = seen.running.fetch_add(1, SeqCst) + 1;
        seen.at_once.fetch_max(running, SeqCst);
        seen.elsewhere.fetch_add((thread::current().id() != seen.caller).into(), SeqCst);
        // Where the halves can run at the same time, each waits for the other to be there.
        if let Some(meet) = &seen.meet {
            meet.wait();
        }
        seen.running.fetch_sub(1, SeqCst);
    }
}

fn main() -> io::Result<()> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(2)
        .build_global()
        .map_err(io::Error::other)?;
    row("join!", false, joined)?;
    row("spawn_blocking", true, pooled)?;
    row("rayon", true, with_rayon)?;
    in_place()
}

fn row<F: Future<Output = ()>>(
    name: &str,
    meet: bool,
    way: fn(Half) -> F,
) -> io::Result<()> {
    let seen = Arc::new(Seen {
        caller: thread::current().id(),
        elsewhere: AtomicUsize::new(0),
        running: AtomicUsize::new(0),
        at_once: AtomicUsize::new(0),
        meet: meet.then(|| Barrier::new(2)),
    });
    Builder::new_current_thread().build()?.block_on(way(Half(seen.clone())));
    let elsewhere = seen.elsewhere.load(SeqCst);
    println!(
        "{name:16} {} at a time, {} on the task's thread, {elsewhere} on others",
        seen.at_once.load(SeqCst),
        2 - elsewhere,
    );
    Ok(())
}

// ANCHOR: in-place
/// One worker. Its task blocks, and another task has to run before it can go on.
fn in_place() -> io::Result<()> {
    let runtime = Builder::new_multi_thread().worker_threads(1).build()?;
    let task = runtime.spawn(async {
        let (hello, heard) = std::sync::mpsc::channel();
        tokio::spawn(async move { hello.send("another task ran") });
        block_in_place(move || heard.recv())
    });
    let said = runtime.block_on(task)?.map_err(io::Error::other)?;
    println!("block_in_place, one worker: {said} in the meantime");
    Ok(())
}
// ANCHOR_END: in-place
