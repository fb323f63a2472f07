//! mistake: join-is-fail-fast
//! `join!`, and a `?` afterwards: the error waits for the other direction to end.

use tokio::io::{self, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

pub async fn relay<C, S>(client: C, server: S) -> io::Result<(u64, u64)>
where
    C: AsyncRead + AsyncWrite + Unpin,
    S: AsyncRead + AsyncWrite + Unpin,
{
    let (from_client, to_client) = io::split(client);
    let (from_server, to_server) = io::split(server);
    let (up, down) =
        tokio::join!(pump(from_client, to_server), pump(from_server, to_client));
    Ok((up?, down?))
}

async fn pump<R, W>(mut reader: R, mut writer: W) -> io::Result<u64>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let mut buffer = vec![0; 4096];
    let mut total = 0;
    loop {
        let n = reader.read(&mut buffer).await?;
        if n == 0 {
            writer.shutdown().await?;
            return Ok(total);
        }
        writer.write_all(&buffer[..n]).await?;
        writer.flush().await?;
        total += n as u64;
    }
}
