//! # Stop before the next step
//!
//! A machine makes a step for each message in a queue, and there is a red button. Whoever
//! presses it wants no further step. But the author of this code has read that the queue
//! should come first, so that no step is late.
//!
//! At the end:
//!
//! - once `stop` has a message, no more steps are made, and `drive` returns how many were
//!   made;
//! - that holds whether or not steps are waiting in the queue;
//! - if the button breaks, that is, if the sender of `stop` is dropped without having
//!   sent anything, all steps are made, to the end of the queue;
//! - when the queue ends, `drive` returns, whether or not anybody could still press the
//!   button.
//!
//! Change anything except the signature of `drive`.
//!
//! ```console
//! $ cargo course check stop-first
//! ```

use tokio::sync::{mpsc, oneshot};

/// Makes the steps of the queue until its end, or until `stop`. Returns how many.
pub async fn drive(
    mut steps: mpsc::Receiver<u32>,
    mut stop: oneshot::Receiver<()>,
    mut make: impl FnMut(u32),
) -> usize {
    let mut made = 0;
    loop {
        tokio::select! {
            // TODO: who is asked first, and what may `stop` return?
            biased;
            step = steps.recv() => match step {
                Some(step) => {
                    make(step);
                    made += 1;
                }
                None => return made,
            },
            _ = &mut stop => return made,
        }
    }
}
