//! Without `biased`: whoever wins, the button is looked at before the step is made. `is_terminated` would tell the same as the flag.

use tokio::sync::oneshot::error::TryRecvError;
use tokio::sync::{mpsc, oneshot};

/// Makes the steps of the queue until its end, or until `stop`. Returns how many.
pub async fn drive(
    mut steps: mpsc::Receiver<u32>,
    mut stop: oneshot::Receiver<()>,
    mut make: impl FnMut(u32),
) -> usize {
    let (mut made, mut broken) = (0, false);
    loop {
        let step = tokio::select! {
            pressed = &mut stop, if !broken => {
                if pressed.is_ok() {
                    return made;
                }
                broken = true;
                continue;
            }
            step = steps.recv() => step,
        };
        let Some(step) = step else { return made };
        if !broken {
            match stop.try_recv() {
                Ok(()) => return made,
                Err(TryRecvError::Empty) => {}
                Err(TryRecvError::Closed) => broken = true,
            }
        }
        make(step);
        made += 1;
    }
}
