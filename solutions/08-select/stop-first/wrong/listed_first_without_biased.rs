//! mistake: order-without-biased
//! "The branches are tried from top to bottom." Only with `biased`; without it, a random branch goes first.

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
