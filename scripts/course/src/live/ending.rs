//! When the course is to close.

use std::pin::Pin;

use anyhow::Result;

use crate::run::group::asked_to_end;

/// What [`asked_to_end`] gives for a terminal that was closed.
const HANGUP: u8 = 128 + 1;

/// Hears of the wish that this program end, except that the closed terminal does not end what was
/// started by `nohup`.
pub struct Ending {
    asked: Pin<Box<dyn Future<Output = u8> + Send>>,
    hangup_is_ignored: bool,
}

impl Ending {
    /// From now on the signals are caught.
    ///
    /// # Errors
    ///
    /// Fails if they cannot be.
    pub fn new() -> Result<Ending> {
        // Asked first: what is caught is not ignored any more.
        let hangup_is_ignored = hangup_is_ignored();
        Ok(Ending { asked: Box::pin(asked_to_end()?), hangup_is_ignored })
    }

    /// Ready when this program is to end; gives its status. Cancel safe.
    ///
    /// # Errors
    ///
    /// Fails if the signals cannot be caught any more.
    pub async fn asked(&mut self) -> Result<u8> {
        loop {
            let status = self.asked.as_mut().await;
            if status != HANGUP || !self.hangup_is_ignored {
                return Ok(status);
            }
            self.asked = Box::pin(asked_to_end()?);
        }
    }
}

/// Whether whoever started this program lets it outlive its terminal. Linux says so in a mask with
/// a bit for each signal, from 1; elsewhere it is not known.
fn hangup_is_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    ignored
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .is_some_and(|mask| mask & 1 == 1)
}
