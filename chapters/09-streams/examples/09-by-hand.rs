//! One stream made in three ways: by hand, with `stream!`, and with `unfold`. And what each of
//! them says after its end.
//!
//! ```console
//! $ cargo run --example 09-by-hand
//! ```

use std::panic::{self, AssertUnwindSafe};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use async_stream::stream;
use futures::FutureExt;
use futures::stream::{self, Stream, StreamExt};
use tokio::time::{Instant, Sleep, sleep};

const SECOND: Duration = Duration::from_secs(1);

// ANCHOR: by_hand
/// Counts down to one, a number each second.
struct Countdown {
    left: u32,
    sleep: Pin<Box<Sleep>>,
}

impl Stream for Countdown {
    type Item = u32;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<u32>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        ready!(self.sleep.as_mut().poll(cx));
        self.sleep = Box::pin(sleep(SECOND));
        self.left -= 1;
        Poll::Ready(Some(self.left + 1))
    }
}
// ANCHOR_END: by_hand

fn by_hand() -> impl Stream<Item = u32> {
    Countdown { left: 3, sleep: Box::pin(sleep(SECOND)) }
}

// ANCHOR: macro
fn with_the_macro() -> impl Stream<Item = u32> {
    stream! {
        for n in (1..=3).rev() {
            sleep(SECOND).await;
            yield n;
        }
    }
}
// ANCHOR_END: macro

// ANCHOR: unfold
fn with_unfold() -> impl Stream<Item = u32> {
    stream::unfold(3, |left| async move {
        let n = (left > 0).then_some(left)?;
        sleep(SECOND).await;
        Some((n, left - 1))
    })
}
// ANCHOR_END: unfold

// ANCHOR: show
async fn show(name: &str, numbers: impl Stream<Item = u32>) {
    let start = Instant::now();
    let mut numbers = pin!(numbers);
    print!("{name:8}");
    while let Some(n) = numbers.next().await {
        print!("  {n} at {} s", start.elapsed().as_secs());
    }
    println!();

    let again = AssertUnwindSafe(numbers.next()).catch_unwind().await;
    println!("          and once more: {}", after_the_end(again));
}
// ANCHOR_END: show

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    // The panic below is caught, and what it says is printed there.
    panic::set_hook(Box::new(|_| {}));
    show("by hand", by_hand()).await;
    show("stream!", with_the_macro()).await;
    show("unfold", with_unfold()).await;
}

fn after_the_end(result: Result<Option<u32>, Box<dyn std::any::Any + Send>>) -> String {
    match result {
        Ok(item) => format!("{item:?}"),
        Err(panic) => {
            let words = panic.downcast_ref::<&str>().map(|words| words.to_string());
            format!(
                "panic: {}",
                words.or(panic.downcast_ref::<String>().cloned()).unwrap_or_default()
            )
        }
    }
}
