//! mistake: busy
//! "`try_recv` never waits, so neither machine can hold up the other." True, and while both are silent, the loop asks millions of times.

use tokio::sync::mpsc;
use tokio::task::yield_now;

/// How a piece went.
pub type Report = Result<u32, String>;

/// The first error of either machine, or `None` if both end without one.
pub async fn first_error(
    mut left: mpsc::Receiver<Report>,
    mut right: mpsc::Receiver<Report>,
) -> Option<String> {
    use mpsc::error::TryRecvError::Disconnected;
    loop {
        match (left.try_recv(), right.try_recv()) {
            (Ok(Err(error)), _) | (_, Ok(Err(error))) => return Some(error),
            (Err(Disconnected), Err(Disconnected)) => return None,
            _ => yield_now().await,
        }
    }
}
