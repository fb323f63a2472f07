//! A wrapper around any future: it measures how long the future took, and counts its polls.
//!
//! ```console
//! $ cargo run --example 07-timed
//! ```

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::time::{Instant, sleep};

// ANCHOR: timed
pin_project_lite::pin_project! {
    struct Timed<F> {
        #[pin]
        future: F,
        polls: usize,
        start: Option<Instant>,
    }
}

impl<F: Future> Future for Timed<F> {
    type Output = (F::Output, usize, Duration);

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        *this.polls += 1;
        let start = *this.start.get_or_insert_with(Instant::now);
        let output = ready!(this.future.poll(cx));
        Poll::Ready((output, *this.polls, start.elapsed()))
    }
}
// ANCHOR_END: timed

async fn two_steps() -> &'static str {
    sleep(Duration::from_millis(20)).await;
    sleep(Duration::from_millis(30)).await;
    "done"
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    // ANCHOR: use
    let timed = Timed { future: two_steps(), polls: 0, start: None };
    let (output, polls, took) = timed.await;
    println!("{output} after {polls} polls and {} ms", took.as_millis());
    // ANCHOR_END: use
}
