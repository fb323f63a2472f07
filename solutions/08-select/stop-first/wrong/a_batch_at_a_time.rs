//! mistake: biased-starves
//! The button is on top, and the handler makes steps as long as there are any: an order of its own, with the queue first.

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
            step = steps.recv() => {
                let Some(mut step) = step else { return made };
                loop {
                    make(step);
                    made += 1;
                    match steps.try_recv() {
                        Ok(next) => step = next,
                        Err(_) => break,
                    }
                }
            }
        }
    }
}
