//! `wait_for` tests the value that is there before it waits, and the last one before it gives
//! up: waiting for another value than the last one drawn needs no first step.

use tokio::sync::watch;

/// Draws the percentage, again and again, until the sender is gone.
pub async fn follow(mut percent: watch::Receiver<u32>, mut draw: impl AsyncFnMut(u32)) {
    let mut drawn = None;
    loop {
        let other = percent.wait_for(|now| Some(*now) != drawn).await.map(|now| *now);
        let Ok(now) = other else { return };
        draw(now).await;
        drawn = Some(now);
    }
}
