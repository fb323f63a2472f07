//! mistake: lost-in-a-branch
//! "A `BufReader` keeps what it has read." It keeps what nobody has taken out yet, and `read_exact` takes it out, into an array that is dropped.

use std::io;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader};
use tokio::time::Interval;

/// Reads records until the stream ends. Meanwhile, tells `display` at every tick how many there are.
pub async fn collect<S: AsyncRead + Unpin>(
    stream: S,
    mut ticks: Interval,
    mut display: impl FnMut(usize),
) -> io::Result<Vec<[u8; 4]>> {
    let mut reader = BufReader::new(stream);
    let mut records = Vec::new();
    loop {
        tokio::select! {
            record = async {
                if reader.fill_buf().await?.is_empty() {
                    return io::Result::Ok(None);
                }
                let mut record = [0; 4];
                reader.read_exact(&mut record).await?;
                Ok(Some(record))
            } => match record? {
                Some(record) => records.push(record),
                None => return Ok(records),
            },
            _ = ticks.tick() => display(records.len()),
        }
    }
}
