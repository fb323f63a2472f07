//! mistake: one-source-at-a-time
//!
//! A tick is looked at between two records, so that none is cut. In between there is nothing
//! but a wait.

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
    while let Some(record) = read_record(&mut stream).await? {
        records.push(record);
        tokio::select! {
            biased;
            _ = ticks.tick() => display(records.len()),
            () = std::future::ready(()) => {}
        }
    }
    Ok(records)
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
