//! The bytes are kept as bytes, in a buffer outside the loop, and only cut into records at the end. `read_buf` is one call that is cancel
//! safe, and the display needs a number, not the records.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::time::Interval;

/// Reads records until the stream ends. Meanwhile, tells `display` at every tick how many there are.
pub async fn collect<S: AsyncRead + Unpin>(
    mut stream: S,
    mut ticks: Interval,
    mut display: impl FnMut(usize),
) -> io::Result<Vec<[u8; 4]>> {
    let mut bytes = Vec::new();
    loop {
        tokio::select! {
            n = stream.read_buf(&mut bytes) => if n? == 0 {
                break;
            },
            _ = ticks.tick() => display(bytes.len() / 4),
        }
    }
    let records = bytes.chunks_exact(4);
    if !records.remainder().is_empty() {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(records.map(|four| [four[0], four[1], four[2], four[3]]).collect())
}
