//! mistake: half-a-frame-at-the-end
//! "Nothing more comes, so what is left is the last line." Or half of it, and the client broke down in the middle: `DEL a` is a
//! whole request, and may have been the beginning of `DEL abc`.

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
            if !buffer.is_empty() {
                stream.write_all(&answer(&buffer)).await?;
                stream.flush().await?;
            }
            return Ok(());
        }
    }
}
