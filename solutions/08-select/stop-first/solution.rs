//! The button comes first, so when both are ready it wins, always. Its error is a broken button and not a pressed one; from then on its branch is
//! switched off, since a `oneshot` that is done must not be polled again.

use tokio::sync::{mpsc, oneshot};

/// Makes the steps of the queue until its end, or until `stop`. Returns how many.
pub async fn drive(
    mut steps: mpsc::Receiver<u32>,
    mut stop: oneshot::Receiver<()>,
    mut make: impl FnMut(u32),
) -> usize {
    let (mut made, mut broken) = (0, false);
    loop {
        tokio::select! {
            biased;
            pressed = &mut stop, if !broken => match pressed {
                Ok(()) => return made,
                Err(_) => broken = true,
            },
            step = steps.recv() => match step {
                Some(step) => {
                    make(step);
                    made += 1;
                }
                None => return made,
            },
        }
    }
}
