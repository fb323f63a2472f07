//! Three waits of 10, 20 and 30 ms, joined in one task or spawned as three: how often is each
//! of them polled?
//!
//! ```console
//! $ cargo run --example 07-join-or-spawn
//! ```

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, sleep};

/// Counts the polls of a future.
struct Counted<F> {
    future: Pin<Box<F>>,
    polls: Polls,
}

type Polls = Arc<AtomicUsize>;

impl<F: Future> Future for Counted<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.polls.fetch_add(1, Relaxed);
        self.future.as_mut().poll(cx)
    }
}

fn counted<F: Future>(polls: &Polls, future: F) -> Counted<F> {
    Counted { future: Box::pin(future), polls: polls.clone() }
}

fn wait(polls: &Polls, ms: u64) -> impl Future<Output = ()> + Send + 'static {
    counted(polls, sleep(Duration::from_millis(ms)))
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    println!("        10 ms    20 ms    30 ms    the task around them");

    let [task, a, b, c] = [(); 4].map(|()| Polls::default());
    let start = Instant::now();
    // ANCHOR: join
    let joined = async {
        tokio::join!(wait(&a, 10), wait(&b, 20), wait(&c, 30));
    };
    counted(&task, joined).await;
    // ANCHOR_END: join
    row("join!", start, &[&task, &a, &b, &c]);

    let [task, a, b, c] = [(); 4].map(|()| Polls::default());
    let start = Instant::now();
    // ANCHOR: spawn
    let spawned = async {
        let tasks = [wait(&a, 10), wait(&b, 20), wait(&c, 30)].map(tokio::spawn);
        for task in tasks {
            task.await.unwrap();
        }
    };
    counted(&task, spawned).await;
    // ANCHOR_END: spawn
    row("spawn", start, &[&task, &a, &b, &c]);
}

fn row(name: &str, start: Instant, polls: &[&Polls; 4]) {
    let polls = polls.map(|polls| polls.load(Relaxed));
    let [task, a, b, c] = polls;
    let took = start.elapsed().as_millis();
    println!("{name:6} {a:>6} {b:>8} {c:>8} {task:>23}   after {took} ms");
}
