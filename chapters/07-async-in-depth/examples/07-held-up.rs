//! A price of our executor: a worker that takes a task which another worker is polling sleeps
//! on that task's lock, although other tasks are ready. Tokio's workers do not.
//!
//! ```console
//! $ cargo run --example 07-held-up
//! ```

use std::future::poll_fn;
use std::sync::mpsc;
use std::task::Poll;
use std::time::Duration;

// ANCHOR: blocks
/// A task wakes itself and then blocks in its poll, until another task has run or the time is up.
fn blocks(
    started: mpsc::Sender<()>,
    other_ran: mpsc::Receiver<()>,
    at_most: Duration,
) -> impl Future<Output = bool> {
    let mut seen = None;
    poll_fn(move |cx| {
        if seen.is_none() {
            cx.waker().wake_by_ref();
            started.send(()).expect("`main` waits");
            seen = Some(other_ran.recv_timeout(at_most).is_ok());
        }
        Poll::Ready(seen == Some(true))
    })
}
// ANCHOR_END: blocks

fn report(runtime: &str, ran: bool) {
    let word = if ran { "ran" } else { "waited" };
    println!(
        "{runtime:5} a task is woken in its poll, which goes on; another ready task {word} meanwhile"
    );
}

fn main() -> std::io::Result<()> {
    let half_a_second = Duration::from_millis(500);
    let ours = async_in_depth::Runtime::with_workers(2)?;
    let (started, has_started) = mpsc::channel();
    let (other, other_ran) = mpsc::channel();
    ours.block_on(async {
        let blocked = async_in_depth::spawn(blocks(started, other_ran, half_a_second));
        has_started.recv().expect("it starts");
        async_in_depth::spawn(async move {
            let _ = other.send(());
        });
        report("ours", blocked.await.expect("it does not panic"));
    });

    let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build()?;
    let (started, has_started) = mpsc::channel();
    let (other, other_ran) = mpsc::channel();
    let blocked = tokio.spawn(blocks(started, other_ran, 20 * half_a_second));
    has_started.recv().expect("it starts");
    tokio.spawn(async move {
        let _ = other.send(());
    });
    report("Tokio", tokio.block_on(blocked).expect("it does not panic"));
    Ok(())
}
