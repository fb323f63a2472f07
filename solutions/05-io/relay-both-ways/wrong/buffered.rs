//! mistake: waits-for-more
//! Fewer writes, and nobody flushes while both sides wait.

use tokio::io::{self, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufWriter};

/// Carries bytes between the two until both directions have ended.
pub async fn relay<C, S>(client: C, server: S) -> io::Result<(u64, u64)>
where
    C: AsyncRead + AsyncWrite + Unpin,
    S: AsyncRead + AsyncWrite + Unpin,
{
    let (from_client, to_client) = io::split(client);
    let (from_server, to_server) = io::split(server);
    tokio::try_join!(pass_on(from_client, to_server), pass_on(from_server, to_client))
}

async fn pass_on<R, W>(mut reader: R, writer: W) -> io::Result<u64>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let mut writer = BufWriter::new(writer);
    let mut buffer = [0; 512];
    let mut total = 0;
    loop {
        let n = reader.read(&mut buffer).await?;
        if n == 0 {
            writer.shutdown().await?;
            return Ok(total);
        }
        writer.write_all(&buffer[..n]).await?;
        total += n as u64;
    }
}
