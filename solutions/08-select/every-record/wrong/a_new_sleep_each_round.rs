//! mistake: sleep-in-loop
//! "The display wants a call every 10 ms, so sleep for 10 ms." Each piece that arrives drops the sleep, and a line that never pauses
//! is never displayed.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::time::{Interval, sleep};

/// Reads records until the stream ends. Meanwhile, tells `display` at every tick how many there are.
pub async fn collect<S: AsyncRead + Unpin>(
    mut stream: S,
    ticks: Interval,
    mut display: impl FnMut(usize),
) -> io::Result<Vec<[u8; 4]>> {
    let mut records = Vec::new();
    let (mut record, mut filled) = ([0; 4], 0);
    loop {
        tokio::select! {
            n = stream.read(&mut record[filled..]) => match n? {
                0 if filled == 0 => return Ok(records),
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                n => {
                    filled += n;
                    if filled == 4 {
                        records.push(record);
                        filled = 0;
                    }
                }
            },
            () = sleep(ticks.period()) => display(records.len()),
        }
    }
}
