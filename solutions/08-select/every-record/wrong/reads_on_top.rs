//! mistake: biased-starves
//! "Reading is the work, and the display can wait." While there is always something to read, it waits for the end of the stream.

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
    let mut rest = Vec::new();
    loop {
        tokio::select! {
            biased;
            read = stream.read_buf(&mut rest) => {
                if read? == 0 {
                    break;
                }
                while let Some((record, _)) = rest.split_first_chunk::<4>() {
                    records.push(*record);
                    rest.drain(..4);
                }
            }
            _ = ticks.tick() => display(records.len()),
        }
    }
    match rest.is_empty() {
        true => Ok(records),
        false => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}
