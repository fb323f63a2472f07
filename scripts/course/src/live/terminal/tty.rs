//! The terminal itself: its modes, its size, and whether anybody reads.

use std::io::{self, Write};
use std::panic;
use std::sync::Once;

use anyhow::{Context, Result};
use crossterm::terminal::{self, EndSynchronizedUpdate};
use crossterm::{cursor, queue};

/// A terminal that gives each key at once. Dropping it makes the terminal as it was.
pub(super) struct Raw;

impl Raw {
    pub(super) fn enter() -> Result<Raw> {
        static HOOK: Once = Once::new();
        HOOK.call_once(|| {
            let before = panic::take_hook();
            panic::set_hook(Box::new(move |info| {
                leave();
                before(info);
            }));
        });
        terminal::enable_raw_mode().context("the terminal gives no single keys")?;
        let _ = write_all(|out| queue!(out, cursor::Hide));
        Ok(Raw)
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        leave();
    }
}

/// Makes the terminal as it was, however often it is called.
fn leave() {
    let _ = write_all(|out| queue!(out, EndSynchronizedUpdate, cursor::Show));
    let _ = terminal::disable_raw_mode();
}

/// Writes to the terminal in one piece.
pub(super) fn write_all(
    fill: impl FnOnce(&mut Vec<u8>) -> io::Result<()>,
) -> io::Result<()> {
    let mut buffer = Vec::new();
    fill(&mut buffer)?;
    let mut out = io::stdout().lock();
    out.write_all(&buffer)?;
    out.flush()
}

/// Stops the whole job, as Ctrl-Z does where a terminal makes a signal of it. Returns once the
/// job goes on.
pub(super) fn suspend() {
    #[cfg(unix)]
    {
        let _ =
            rustix::process::kill_current_process_group(rustix::process::Signal::TSTP);
    }
}

/// The terminal's columns and rows.
pub(super) fn size() -> (usize, usize) {
    let (width, height) = terminal::size().unwrap_or((80, 24));
    (usize::from(width).max(20), usize::from(height).max(6))
}

/// Ready once nobody reads our standard output any more: `cargo course | head` has seen enough.
/// Windows does not tell without a write, so there the next line that cannot be written ends us.
pub async fn nobody_reads() {
    #[cfg(unix)]
    loop {
        use rustix::event::{PollFd, PollFlags, Timespec, poll};
        let out = io::stdout();
        let mut ends = [PollFd::new(&out, PollFlags::empty())];
        let now = Timespec { tv_sec: 0, tv_nsec: 0 };
        let looked = poll(&mut ends, Some(&now));
        if looked.is_ok() && ends[0].revents().intersects(PollFlags::ERR | PollFlags::HUP)
        {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    }
    #[cfg(not(unix))]
    std::future::pending().await
}
