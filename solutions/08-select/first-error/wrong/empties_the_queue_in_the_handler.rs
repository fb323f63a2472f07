//! mistake: biased-starves
//!
//! While it is there, it takes all that has come. Where more comes meanwhile, there is no end
//! to that.

use tokio::sync::mpsc;

/// How a piece went.
pub type Report = Result<u32, String>;

/// The first error of either machine, or `None` if both end without one.
pub async fn first_error(
    mut left: mpsc::Receiver<Report>,
    mut right: mpsc::Receiver<Report>,
) -> Option<String> {
    loop {
        tokio::select! {
        Some(report) = left.recv() => { if let Err(error) = report { return Some(error) } while let Ok(report) = left.try_recv() { if let Err(error) = report { return Some(error) } } }
        Some(report) = right.recv() => { if let Err(error) = report { return Some(error) } while let Ok(report) = right.try_recv() { if let Err(error) = report { return Some(error) } } }
        else => return None }
    }
}
