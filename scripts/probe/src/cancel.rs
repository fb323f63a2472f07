use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use crate::{Finding, virtual_time};

/// One trial of [`cancel_at_every_poll`].
#[derive(Debug)]
pub struct Cancelled<S, T> {
    /// After how many polls the first attempt was dropped; `None` in the last trial, where it ran to its end.
    pub after: Option<usize>,
    /// The state after the attempt that ran to its end.
    pub state: S,
    /// What that attempt returned.
    pub output: T,
}

/// Drops an operation after its first poll, after its second, and so on until it would have
/// ended, each time on a new state, and runs it again on that state to its end.
///
/// What the trials leave behind tells what a cancellation loses. Each trial runs in
/// [`virtual_time`].
///
/// # Errors
///
/// The finding of a trial that got stuck, busy or panicked.
pub fn cancel_at_every_poll<S, T>(
    mut state: impl FnMut() -> S,
    operation: impl AsyncFn(&mut S) -> T,
) -> Result<Vec<Cancelled<S, T>>, Finding> {
    let mut trials = Vec::new();
    for polls in 1.. {
        let trial = virtual_time(|| async {
            let mut state = state();
            let first =
                CancelAfter { future: pin!(operation(&mut state)), polls_left: polls }
                    .await;
            match first {
                Some(output) => Cancelled { after: None, state, output },
                None => {
                    let output = operation(&mut state).await;
                    Cancelled { after: Some(polls), state, output }
                }
            }
        });
        let (trial, _) = trial.done()?;
        let last = trial.after.is_none();
        trials.push(trial);
        if last {
            break;
        }
    }
    Ok(trials)
}

/// Gives up (`None`) once the future has returned `Pending` as often as it may.
struct CancelAfter<'a, F> {
    future: Pin<&'a mut F>,
    polls_left: usize,
}

impl<F: Future> Future for CancelAfter<'_, F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.polls_left -= 1;
        match self.future.as_mut().poll(cx) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending if self.polls_left == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    }
}
