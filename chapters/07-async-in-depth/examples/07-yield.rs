//! A future that wakes itself, once, to let the others go first.
//!
//! ```console
//! $ cargo run --example 07-yield
//! ```

use std::pin::Pin;
use std::task::{Context, Poll};

use async_in_depth::Executor;

// ANCHOR: yield
#[derive(Default)]
struct Yield {
    asked_before: bool,
}

impl Future for Yield {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.asked_before {
            return Poll::Ready(());
        }
        self.asked_before = true;
        cx.waker().wake_by_ref(); // at once: there is nothing to wait for
        Poll::Pending
    }
}
// ANCHOR_END: yield

async fn count(name: &'static str) {
    for n in 1..=3 {
        println!("{name} {n}");
        Yield::default().await;
    }
}

fn main() {
    let executor = Executor::new();
    executor.spawn(count("Ann"));
    executor.spawn(count("Ben"));
    executor.run();
}
