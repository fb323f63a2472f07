//! The loops written out. Each flushes what it wrote before it waits, in case there is a buffer
//! in between.

use tokio::io::{self, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// Carries bytes between the two until both directions have ended.
pub async fn relay<C, S>(client: C, server: S) -> io::Result<(u64, u64)>
where
    C: AsyncRead + AsyncWrite + Unpin,
    S: AsyncRead + AsyncWrite + Unpin,
{
    let (mut from_client, mut to_client) = io::split(client);
    let (mut from_server, mut to_server) = io::split(server);
    let up = async {
        let (mut buffer, mut up) = (vec![0; 4096], 0);
        loop {
            let n = from_client.read(&mut buffer).await?;
            if n == 0 {
                to_server.shutdown().await?;
                return io::Result::Ok(up);
            }
            to_server.write_all(&buffer[..n]).await?;
            to_server.flush().await?;
            up += n as u64;
        }
    };
    let down = async {
        let (mut buffer, mut down) = (vec![0; 4096], 0);
        loop {
            let n = from_server.read(&mut buffer).await?;
            if n == 0 {
                to_client.shutdown().await?;
                return io::Result::Ok(down);
            }
            to_client.write_all(&buffer[..n]).await?;
            to_client.flush().await?;
            down += n as u64;
        }
    };
    tokio::try_join!(up, down)
}
