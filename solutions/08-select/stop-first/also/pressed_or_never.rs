//! A future that is done when the button is pressed, and never if it breaks: pinned once, it needs no switch.

use std::pin::pin;

use tokio::sync::{mpsc, oneshot};

/// Makes the steps of the queue until its end, or until `stop`. Returns how many.
pub async fn drive(
    mut steps: mpsc::Receiver<u32>,
    stop: oneshot::Receiver<()>,
    mut make: impl FnMut(u32),
) -> usize {
    let mut pressed = pin!(async {
        if stop.await.is_err() {
            std::future::pending().await
        }
    });
    let mut made = 0;
    loop {
        tokio::select! {
            biased;
            () = &mut pressed => return made,
            step = steps.recv() => {
                let Some(step) = step else { return made };
                make(step);
                made += 1;
            }
        }
    }
}
