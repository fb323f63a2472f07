//! mistake: lost-in-a-branch
//! "`read_buf` is cancel safe, so everything that is made of it is." The buffer lives in the branch's own future, and is dropped with it.

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
    loop {
        tokio::select! {
            record = async {
                let mut buffer = Vec::with_capacity(4);
                while buffer.len() < 4 {
                    let mut rest = (&mut stream).take(4 - buffer.len() as u64);
                    if rest.read_buf(&mut buffer).await? == 0 {
                        break;
                    }
                }
                io::Result::Ok(buffer)
            } => match record?[..] {
                [] => return Ok(records),
                [a, b, c, d] => records.push([a, b, c, d]),
                _ => return Err(io::ErrorKind::UnexpectedEof.into()),
            },
            _ = ticks.tick() => display(records.len()),
        }
    }
}
