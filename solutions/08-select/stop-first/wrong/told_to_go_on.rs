//! mistake: polled-after-done
//! "An error means that the button is broken, so ignore it." The next round asks the broken button again.

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
            biased;
            pressed = &mut stop => if pressed.is_ok() {
                return made;
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
