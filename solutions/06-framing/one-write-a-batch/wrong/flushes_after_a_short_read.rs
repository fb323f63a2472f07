//! mistake: reply-withheld
//! "A read that fills the buffer means that more is waiting, so the answers can wait for it." It means that as many bytes came as
//! there was room for, and nothing about the next ones.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// Answers every line of a stream, until it ends.
pub async fn serve<S, A>(mut stream: S, mut answer: A) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
    A: FnMut(&[u8]) -> Vec<u8>,
{
    let mut chunk = [0; 48];
    let mut line = Vec::new();
    let mut answers = Vec::new();
    loop {
        let n = stream.read(&mut chunk).await?;
        for byte in &chunk[..n] {
            match byte {
                b'\n' => answers.extend(answer(&std::mem::take(&mut line))),
                byte => line.push(*byte),
            }
        }
        if n < chunk.len() {
            stream.write_all(&answers).await?;
            stream.flush().await?;
            answers.clear();
        }
        if n == 0 {
            return Ok(());
        }
    }
}
