//! mistake: result-not-looked-at
//! "`stop` is done, so stop." It is also done when there is nobody left who could press it.

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
            _ = &mut stop => return made,
            step = steps.recv() => {
                let Some(step) = step else { return made };
                make(step);
                made += 1;
            }
        }
    }
}
