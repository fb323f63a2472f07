//! mistake: took-the-whole-queue
//!
//! Several steps taken at once are made at once, whatever happens in between.

use tokio::sync::{mpsc, oneshot};

/// Makes the steps of the queue until its end, or until `stop`. Returns how many.
pub async fn drive(
    mut steps: mpsc::Receiver<u32>,
    mut stop: oneshot::Receiver<()>,
    mut make: impl FnMut(u32),
) -> usize {
    let mut made = 0;
    let mut broken = false;
    let mut batch = Vec::with_capacity(16);
    loop {
        tokio::select! {
            biased;
            pressed = &mut stop, if !broken => match pressed {
                Ok(()) => return made,
                Err(_) => broken = true,
            },
            taken = steps.recv_many(&mut batch, 16) => {
                if taken == 0 {
                    return made;
                }
                for step in batch.drain(..) {
                    make(step);
                    made += 1;
                }
            }
        }
    }
}
