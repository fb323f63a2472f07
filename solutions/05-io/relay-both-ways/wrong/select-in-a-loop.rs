//! mistake: one-way-at-a-time
//! Whoever has bytes gets the turn, and the writing in between takes no time.

use tokio::io::{self, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// Carries bytes between the two until both directions have ended.
pub async fn relay<C, S>(client: C, server: S) -> io::Result<(u64, u64)>
where
    C: AsyncRead + AsyncWrite + Unpin,
    S: AsyncRead + AsyncWrite + Unpin,
{
    let (mut from_client, mut to_client) = io::split(client);
    let (mut from_server, mut to_server) = io::split(server);
    let (mut up_buffer, mut down_buffer) = ([0; 4096], [0; 4096]);
    let (mut up, mut down, mut up_open, mut down_open) = (0, 0, true, true);
    while up_open || down_open {
        tokio::select! {
            n = from_client.read(&mut up_buffer), if up_open => match n? {
                0 => {
                    up_open = false;
                    to_server.shutdown().await?;
                }
                n => {
                    to_server.write_all(&up_buffer[..n]).await?;
                    up += n as u64;
                }
            },
            n = from_server.read(&mut down_buffer), if down_open => match n? {
                0 => {
                    down_open = false;
                    to_client.shutdown().await?;
                }
                n => {
                    to_client.write_all(&down_buffer[..n]).await?;
                    down += n as u64;
                }
            },
        }
    }
    Ok((up, down))
}
