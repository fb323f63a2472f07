//! Not a `select!` in a loop, but two loops in a `select!`: neither loses against the other before the end. Inside, `read_exact` is safe,
//! since nobody drops it half way.

use std::cell::RefCell;
use std::io;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::time::Interval;

/// Reads records until the stream ends. Meanwhile, tells `display` at every tick how many there are.
pub async fn collect<S: AsyncRead + Unpin>(
    mut stream: S,
    mut ticks: Interval,
    mut display: impl FnMut(usize),
) -> io::Result<Vec<[u8; 4]>> {
    let records = RefCell::new(Vec::new());
    let reading = async {
        loop {
            let mut record = [0; 4];
            if stream.read(&mut record[..1]).await? == 0 {
                return io::Result::Ok(());
            }
            stream.read_exact(&mut record[1..]).await?;
            records.borrow_mut().push(record);
        }
    };
    let ticking = async {
        loop {
            ticks.tick().await;
            display(records.borrow().len());
        }
    };
    tokio::select! {
        outcome = reading => outcome?,
        () = ticking => {}
    }
    Ok(records.into_inner())
}
