//! A `BufReader` does help if nobody takes bytes out of it half way: `fill_buf` only looks, and `consume` has no `.await`.

use std::io;

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::time::Interval;

/// Reads records until the stream ends. Meanwhile, tells `display` at every tick how many there are.
pub async fn collect<S: AsyncRead + Unpin>(
    stream: S,
    mut ticks: Interval,
    mut display: impl FnMut(usize),
) -> io::Result<Vec<[u8; 4]>> {
    let mut stream = BufReader::new(stream);
    let mut records = Vec::new();
    let mut record = Vec::new();
    loop {
        let seen = tokio::select! {
            bytes = stream.fill_buf() => {
                let bytes = bytes?;
                for byte in bytes {
                    record.push(*byte);
                    if let Ok(whole) = <[u8; 4]>::try_from(&record[..]) {
                        records.push(whole);
                        record.clear();
                    }
                }
                bytes.len()
            }
            _ = ticks.tick() => {
                display(records.len());
                continue;
            }
        };
        stream.consume(seen);
        match seen {
            0 if record.is_empty() => return Ok(records),
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            _ => {}
        }
    }
}
