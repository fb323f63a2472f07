//! There is one place where `serve` waits for the client. All answers leave right before it, and none of them earlier. A request that
//! comes alone is answered at once, a hundred that come together in one write, without a timer and without a setting.

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
    loop {
        while let Some(end) = buffer.iter().position(|byte| *byte == b'\n') {
            let line = buffer.split_to(end + 1);
            answers.extend(answer(&line[..end]));
        }
        if !answers.is_empty() {
            stream.write_all(&answers).await?;
            stream.flush().await?;
            answers.clear();
        }
        if stream.read_buf(&mut buffer).await? == 0 {
            return Ok(());
        }
    }
}
