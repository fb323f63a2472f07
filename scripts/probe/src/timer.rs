use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, Instant};

use tokio::runtime::Builder;
use tokio::task::yield_now;

use crate::run::message;

/// How long the answer is polled, by a real clock, if it does not end: it has nothing to wait for but its own threads.
const ENOUGH: Duration = Duration::from_secs(1);

/// Whether an answer makes a timer, even one that nobody polls: a `sleep`, a `timeout`, an `interval`.
///
/// It runs on a runtime that has no timers, where making one panics. So the check's own operations must
/// do without one here. For naming what is known to be wrong: an answer that does not wait
/// where it should either makes no timer, or makes one and does not `.await` it.
///
/// ```
/// use std::time::Duration;
/// use tokio::time::sleep;
///
/// assert!(probe::makes_a_timer(|| async { let _ = sleep(Duration::from_secs(1)); }));
/// assert!(!probe::makes_a_timer(|| async { let _ = async { sleep(Duration::from_secs(1)).await }; }));
/// ```
pub fn makes_a_timer<F: Future>(answer: impl FnOnce() -> F) -> bool {
    let runtime = Builder::new_current_thread().enable_io().build();
    let runtime = runtime.expect("a current-thread runtime can be built");
    let run = AssertUnwindSafe(|| {
        runtime.block_on(async {
            let mut answer = pin!(answer());
            let begun = Instant::now();
            while begun.elapsed() < ENOUGH {
                let polled = poll_fn(|cx| Poll::Ready(answer.as_mut().poll(cx))).await;
                if polled.is_ready() {
                    break;
                }
                yield_now().await;
            }
        });
    });
    let panicked = catch_unwind(run).err();
    runtime.shutdown_background();
    panicked.is_some_and(|panic| message(&*panic).contains("timers are disabled"))
}
