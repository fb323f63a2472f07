//! The reading future is made once for each record and lives outside the `select!`. The branch only borrows it, so a tick drops
//! nothing. The future owns the stream while it reads, and gives it back.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::time::Interval;

/// Reads records until the stream ends. Meanwhile, tells `display` at every tick how many there are.
pub async fn collect<S: AsyncRead + Unpin>(
    stream: S,
    mut ticks: Interval,
    mut display: impl FnMut(usize),
) -> io::Result<Vec<[u8; 4]>> {
    let mut records = Vec::new();
    let mut reading = Box::pin(read_record(stream));
    loop {
        tokio::select! {
            read = &mut reading => match read? {
                (stream, Some(record)) => {
                    records.push(record);
                    reading = Box::pin(read_record(stream));
                }
                (_, None) => return Ok(records),
            },
            _ = ticks.tick() => display(records.len()),
        }
    }
}

async fn read_record<S: AsyncRead + Unpin>(
    mut stream: S,
) -> io::Result<(S, Option<[u8; 4]>)> {
    let mut record = [0; 4];
    if stream.read(&mut record[..1]).await? == 0 {
        return Ok((stream, None));
    }
    stream.read_exact(&mut record[1..]).await?;
    Ok((stream, Some(record)))
}
