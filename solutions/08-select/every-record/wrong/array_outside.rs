//! mistake: lost-in-a-branch
//! "The array lives outside the loop, so its bytes are kept." They are, but how many there are is known inside `read_exact` alone, and the
//! next one fills the array from its start.

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
    let mut first = [0; 1];
    let mut rest = [0; 3];
    loop {
        tokio::select! {
            more = async {
                if stream.read(&mut first).await? == 0 {
                    return io::Result::Ok(false);
                }
                stream.read_exact(&mut rest).await?;
                Ok(true)
            } => {
                if !more? {
                    return Ok(records);
                }
                records.push([first[0], rest[0], rest[1], rest[2]]);
            }
            _ = ticks.tick() => display(records.len()),
        }
    }
}
