//! mistake: polled-after-done
//! "Pinned outside, it is not dropped." Right, but it is one future for one record, and the next round polls it again.

use std::io;
use std::pin::pin;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::time::Interval;

/// Reads records until the stream ends. Meanwhile, tells `display` at every tick how many there are.
pub async fn collect<S: AsyncRead + Unpin>(
    mut stream: S,
    mut ticks: Interval,
    mut display: impl FnMut(usize),
) -> io::Result<Vec<[u8; 4]>> {
    let mut records = Vec::new();
    let mut reading = pin!(read_record(&mut stream));
    loop {
        tokio::select! {
            record = &mut reading => match record? {
                Some(record) => records.push(record),
                None => return Ok(records),
            },
            _ = ticks.tick() => display(records.len()),
        }
    }
}

/// The next record, or `None` at the end of the stream.
async fn read_record<S: AsyncRead + Unpin>(
    stream: &mut S,
) -> io::Result<Option<[u8; 4]>> {
    let mut record = [0; 4];
    if stream.read(&mut record[..1]).await? == 0 {
        return Ok(None);
    }
    stream.read_exact(&mut record[1..]).await?;
    Ok(Some(record))
}
