//! The branch is a single `read_buf`, which is cancel safe, and what it has read lives outside the loop. When the tick wins,
//! nothing is dropped but the wish to read. The handler does not wait, so the next tick is on time.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::time::Interval;

/// Reads records until the stream ends. Meanwhile, tells `display` at every tick how many there are.
pub async fn collect<S: AsyncRead + Unpin>(
    mut stream: S,
    mut ticks: Interval,
    mut display: impl FnMut(usize),
) -> io::Result<Vec<[u8; 4]>> {
    let mut records = Vec::new();
    let mut buffer = Vec::new();
    loop {
        tokio::select! {
            n = stream.read_buf(&mut buffer) => {
                if n? == 0 {
                    return match buffer.is_empty() {
                        true => Ok(records),
                        false => Err(io::ErrorKind::UnexpectedEof.into()),
                    };
                }
                while let Some(record) = buffer.first_chunk::<4>() {
                    records.push(*record);
                    buffer.drain(..4);
                }
            }
            _ = ticks.tick() => display(records.len()),
        }
    }
}
