//! One future reads, and sends each record to another that counts and displays. The two are joined, so neither drops the other, and `recv` is
//! cancel safe.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::sync::mpsc;
use tokio::time::Interval;

/// Reads records until the stream ends. Meanwhile, tells `display` at every tick how many there are.
pub async fn collect<S: AsyncRead + Unpin>(
    mut stream: S,
    mut ticks: Interval,
    mut display: impl FnMut(usize),
) -> io::Result<Vec<[u8; 4]>> {
    let (sender, mut receiver) = mpsc::channel(1);
    let reading = async move {
        loop {
            let mut record = [0; 4];
            if stream.read(&mut record[..1]).await? == 0 {
                return io::Result::Ok(());
            }
            stream.read_exact(&mut record[1..]).await?;
            // The other one ends when we do, and not before.
            let _ = sender.send(record).await;
        }
    };
    let counting = async {
        let mut records = Vec::new();
        loop {
            tokio::select! {
                record = receiver.recv() => match record {
                    Some(record) => records.push(record),
                    None => return records,
                },
                _ = ticks.tick() => display(records.len()),
            }
        }
    };
    let (outcome, records) = tokio::join!(reading, counting);
    outcome.map(|()| records)
}
