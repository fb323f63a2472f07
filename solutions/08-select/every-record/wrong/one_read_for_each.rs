//! mistake: one-read-one-frame
//!
//! `read` into four bytes reads four bytes.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::time::Interval;

/// Reads records until the stream ends. Tells `display` at every tick how many there are.
pub async fn collect<S: AsyncRead + Unpin>(
    mut stream: S,
    mut ticks: Interval,
    mut display: impl FnMut(usize),
) -> io::Result<Vec<[u8; 4]>> {
    let mut records = Vec::new();
    let mut record = [0; 4];
    loop {
        tokio::select! {
            n = stream.read(&mut record) => match n? {
                0 => return Ok(records),
                4 => records.push(record),
                _ => return Err(io::ErrorKind::UnexpectedEof.into()),
            },
            _ = ticks.tick() => display(records.len()),
        }
    }
}
