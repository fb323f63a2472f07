//! mistake: one-way-at-a-time
//! They take turns: a piece up, a piece down.

use tokio::io::{self, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// Carries bytes between the two until both directions have ended.
pub async fn relay<C, S>(mut client: C, mut server: S) -> io::Result<(u64, u64)>
where
    C: AsyncRead + AsyncWrite + Unpin,
    S: AsyncRead + AsyncWrite + Unpin,
{
    let (mut buffer, mut up, mut down) = (vec![0; 4096], 0, 0);
    loop {
        let n = client.read(&mut buffer).await?;
        if n == 0 {
            server.shutdown().await?;
            down += io::copy(&mut server, &mut client).await?;
            client.shutdown().await?;
            return Ok((up, down));
        }
        server.write_all(&buffer[..n]).await?;
        up += n as u64;
        let n = server.read(&mut buffer).await?;
        client.write_all(&buffer[..n]).await?;
        down += n as u64;
    }
}
