//! `read` into an array and a count that both live outside the loop. A byte that has been read is counted in the handler, and
//! between the two there is no `.await` at which it could get lost.

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
    let (mut record, mut len) = ([0; 4], 0);
    loop {
        tokio::select! {
            read = stream.read(&mut record[len..]) => match read? {
                0 if len == 0 => return Ok(records),
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                n => {
                    len += n;
                    if len == 4 {
                        records.push(record);
                        len = 0;
                    }
                }
            },
            _ = ticks.tick() => display(records.len()),
        }
    }
}
