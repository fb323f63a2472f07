//! mistake: else-waits-for-all
//! "`else` is for the end of the queue." It is for the end of all, and as long as somebody could press the button, that has not come.

use tokio::sync::{mpsc, oneshot};

/// Makes the steps of the queue until its end, or until `stop`. Returns how many.
pub async fn drive(
    mut steps: mpsc::Receiver<u32>,
    mut stop: oneshot::Receiver<()>,
    mut make: impl FnMut(u32),
) -> usize {
    let mut made = 0;
    loop {
        let works = !stop.is_terminated();
        tokio::select! {
            biased;
            Ok(()) = &mut stop, if works => return made,
            Some(step) = steps.recv() => {
                make(step);
                made += 1;
            }
            else => return made,
        }
    }
}
