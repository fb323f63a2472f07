//! mistake: lost-in-a-branch
//! No `select!` at all: "a timeout only stops waiting." It drops the future it waits for, and with it the bytes.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::time::{Instant, Interval, timeout_at};

/// Reads records until the stream ends. Meanwhile, tells `display` at every tick how many there are.
pub async fn collect<S: AsyncRead + Unpin>(
    mut stream: S,
    mut ticks: Interval,
    mut display: impl FnMut(usize),
) -> io::Result<Vec<[u8; 4]>> {
    let mut records = Vec::new();
    let mut next = Instant::now();
    loop {
        match timeout_at(next, read_record(&mut stream)).await {
            Ok(record) => match record? {
                Some(record) => records.push(record),
                None => return Ok(records),
            },
            Err(_) => {
                next = ticks.tick().await + ticks.period();
                display(records.len());
            }
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
