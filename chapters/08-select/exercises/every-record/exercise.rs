//! # Every record
//!
//! A sensor sends records of four bytes. While they are read, a display shows every 10 ms
//! how many there are. Since the display was added, some records are missing and others
//! are scrambled, but only when the line is slow.
//!
//! At the end:
//!
//! - every record that was sent is returned, in order, however its bytes arrive;
//! - `display` is called at every tick, even while only part of a record has arrived, and at
//!   no other time; it is told how many whole records have arrived by then;
//! - if the stream ends between two records, `collect` returns them all; if it ends
//!   within a record, that is an error, `UnexpectedEof`; an error of the stream is returned.
//!
//! Change anything except the signature of `collect`.
//!
//! ```console
//! $ cargo course check every-record
//! ```

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
    loop {
        tokio::select! {
            // TODO: where are the first two bytes of a record when a tick comes?
            record = read_record(&mut stream) => match record? {
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
