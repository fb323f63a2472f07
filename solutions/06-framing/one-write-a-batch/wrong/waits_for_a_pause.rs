//! mistake: reply-withheld
//! "Five milliseconds without input, and the batch is over." Nagle's algorithm by hand: a client that asks one thing at
//! a time pays the five milliseconds for each.

use std::io;
use std::time::Duration;

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;

/// Answers every line of a stream, until it ends.
pub async fn serve<S, A>(mut stream: S, mut answer: A) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
    A: FnMut(&[u8]) -> Vec<u8>,
{
    let mut buffer = BytesMut::new();
    let mut answers = Vec::new();
    loop {
        while let Some(end) = buffer.iter().position(|byte| *byte == b'\n') {
            let line = buffer.split_to(end + 1);
            answers.extend(answer(&line[..end]));
        }
        let read = timeout(Duration::from_millis(5), stream.read_buf(&mut buffer)).await;
        if let Ok(Ok(1..)) = read {
            continue;
        }
        stream.write_all(&answers).await?;
        stream.flush().await?;
        answers.clear();
        if let Ok(end) = read {
            return end.map(drop);
        }
    }
}
