//! Once the button is broken there is no race any more, and a second loop without `select!` makes the rest of the steps.

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
            pressed = &mut stop => match pressed {
                Ok(()) => return made,
                Err(_) => break,
            },
            step = steps.recv() => {
                let Some(step) = step else { return made };
                make(step);
                made += 1;
            }
        }
    }
    while let Some(step) = steps.recv().await {
        make(step);
        made += 1;
    }
    made
}
