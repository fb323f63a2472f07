//! mistake: one-source-at-a-time
//!
//! It looks at the button, waits for a step for 10 ms, looks again. A step that comes within is
//! made.

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
        match tokio::time::timeout(std::time::Duration::from_millis(10), steps.recv())
            .await
        {
            Ok(Some(step)) => {
                make(step);
                made += 1
            }
            Ok(None) => return made,
            Err(_) => {}
        }
    }
}
