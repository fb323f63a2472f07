//! mistake: half-a-frame-at-the-end
//!
//! `Ok(0)` is a good end, wherever it comes.

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
    let mut filled = 0;
    loop {
        tokio::select! {
            n = stream.read(&mut record[filled..]) => {
                let n = n?;
                if n == 0 {
                    return Ok(records);
                }
                filled += n;
                if filled == record.len() {
                    records.push(record);
                    filled = 0;
                }
            }
            _ = ticks.tick() => display(records.len()),
        }
    }
}
