//! mistake: reply-withheld
//! "Not every answer, every sixteenth." A batch is as long as the client makes it, and the seventeenth waits.

use std::io;

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// Answers every line of a stream, until it ends.
pub async fn serve<S, A>(mut stream: S, mut answer: A) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
    A: FnMut(&[u8]) -> Vec<u8>,
{
    let mut buffer = BytesMut::new();
    let mut answers = Vec::new();
    let mut count = 0;
    loop {
        while let Some(end) = buffer.iter().position(|byte| *byte == b'\n') {
            let line = buffer.split_to(end + 1);
            answers.extend(answer(&line[..end]));
            count += 1;
            if count % 16 == 0 {
                stream.write_all(&answers).await?;
                stream.flush().await?;
                answers.clear();
            }
        }
        if stream.read_buf(&mut buffer).await? == 0 {
            stream.write_all(&answers).await?;
            return stream.flush().await;
        }
    }
}
