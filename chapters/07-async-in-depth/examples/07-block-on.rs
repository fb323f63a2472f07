//! `futures::executor::block_on` inside a task: it does not panic, as Tokio's would, and it stops
//! the thread all the same.
//!
//! ```console
//! $ cargo run --example 07-block-on
//! ```

use std::cell::Cell;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::mpsc;
use std::task::{Context, Poll, Waker};
use std::thread;

use tokio::task::{LocalSet, spawn_local, yield_now};

/// Goes to another thread and back, again and again.
struct Trips {
    left: usize,
    made: Rc<Cell<usize>>,
    thread: mpsc::Sender<Waker>,
}

impl Future for Trips {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.made.set(self.made.get() + 1);
        if self.left == 0 {
            return Poll::Ready(());
        }
        self.left -= 1;
        self.thread.send(cx.waker().clone()).expect("the other thread is there");
        Poll::Pending
    }
}

/// Counts the polls of the task around it.
struct Task<F> {
    future: Pin<Box<F>>,
    polls: Rc<Cell<usize>>,
}

impl<F: Future> Future for Task<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.polls.set(self.polls.get() + 1);
        self.future.as_mut().poll(cx)
    }
}

// ANCHOR: ways
async fn blocking(trips: Trips) {
    futures::executor::block_on(trips);
}

async fn waiting(trips: Trips) {
    trips.await;
}
// ANCHOR_END: ways

async fn count<F: Future<Output = ()> + 'static>(name: &str, way: fn(Trips) -> F) {
    let (thread, wakers) = mpsc::channel::<Waker>();
    thread::spawn(move || wakers.into_iter().for_each(Waker::wake));
    let [made, polls, turns] = [(); 3].map(|()| Rc::new(Cell::new(0)));
    let trips = Trips { left: 64, made: made.clone(), thread };
    let task = spawn_local({
        let (polls, turns) = (polls.clone(), turns.clone());
        async move {
            Task { future: Box::pin(way(trips)), polls }.await;
            turns.get() // of the neighbor, so far
        }
    });
    let neighbor = spawn_local({
        let turns = turns.clone();
        async move {
            loop {
                turns.set(turns.get() + 1);
                yield_now().await;
            }
        }
    });
    let turns = task.await.expect("the task does not panic");
    neighbor.abort();
    let (made, polls) = (made.get(), polls.get());
    let neighbor = if turns == 0 { "had no turn" } else { "had turns" };
    println!(
        "{name:9} the trips were polled {made} times, the task {polls:>2} times; its neighbor {neighbor}"
    );
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    LocalSet::new()
        .run_until(async {
            count("block_on", blocking).await;
            count(".await", waiting).await;
        })
        .await;
}
