//! mistake: result-not-looked-at
//!
//! Whatever `read` returns but bytes is the end.

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
    let mut part = Vec::new();
    loop {
        tokio::select! { n = stream.read_buf(&mut part) => match n { Ok(0) if part.is_empty() => return Ok(records), Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()), Ok(_) => { while part.len() >= 4 { records.push(part[..4].try_into().unwrap()); part.drain(..4); } } Err(_) => return Ok(records) }, _ = ticks.tick() => display(records.len()) }
    }
}
