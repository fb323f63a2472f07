//! Keeps the answers apart and hands them over together: a socket takes many slices in one system call. It may take a part of
//! them, too, so there is a loop.

use std::io::{self, IoSlice};

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// Answers every line of a stream, until it ends.
pub async fn serve<S, A>(mut stream: S, mut answer: A) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
    A: FnMut(&[u8]) -> Vec<u8>,
{
    let mut buffer = BytesMut::new();
    loop {
        let mut answers = Vec::new();
        while let Some(end) = buffer.iter().position(|byte| *byte == b'\n') {
            let line = buffer.split_to(end + 1);
            answers.push(answer(&line[..end]));
        }
        let mut slices: Vec<IoSlice<'_>> =
            answers.iter().map(|answer| IoSlice::new(answer)).collect();
        let mut left = &mut slices[..];
        while !left.is_empty() {
            match stream.write_vectored(left).await? {
                0 => return Err(io::ErrorKind::WriteZero.into()),
                n => IoSlice::advance_slices(&mut left, n),
            }
        }
        stream.flush().await?;
        if stream.read_buf(&mut buffer).await? == 0 {
            return Ok(());
        }
    }
}
