//! mistake: polled-after-done
//! "`Ok(())` does not match, so the branch is off." For this round; in the next, the receiver is polled again, and it was done.

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
            Ok(()) = &mut stop => return made,
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
