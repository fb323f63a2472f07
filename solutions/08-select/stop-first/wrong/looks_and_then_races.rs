//! mistake: order-without-biased
//!
//! The button is looked at before each wait. If both come during the wait, chance decides.

use tokio::sync::{mpsc, oneshot};

/// Makes the steps of the queue until its end, or until `stop`. Returns how many.
pub async fn drive(
    mut steps: mpsc::Receiver<u32>,
    mut stop: oneshot::Receiver<()>,
    mut make: impl FnMut(u32),
) -> usize {
    let mut made = 0;
    let mut broken = false;
    loop {
        if !broken {
            match stop.try_recv() {
                Ok(()) => return made,
                Err(oneshot::error::TryRecvError::Closed) => broken = true,
                _ => {}
            }
        }
        tokio::select! { step = steps.recv() => match step { Some(step) => { make(step); made += 1 } None => return made },
        pressed = &mut stop, if !broken => match pressed { Ok(()) => return made, Err(_) => broken = true } }
    }
}
