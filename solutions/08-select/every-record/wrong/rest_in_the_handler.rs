//! mistake: handler-holds-up
//! "In the handler nobody drops it." Nothing gets lost, and nothing else happens either: while the handler waits for
//! three bytes, no tick is seen.

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
    let mut record = [0; 4];
    loop {
        tokio::select! {
            read = stream.read(&mut record) => match read? {
                0 => return Ok(records),
                n => {
                    stream.read_exact(&mut record[n..]).await?;
                    records.push(record);
                }
            },
            _ = ticks.tick() => display(records.len()),
        }
    }
}
