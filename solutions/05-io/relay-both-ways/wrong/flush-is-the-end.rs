//! mistake: half-close-forgotten
//! `flush` tells the peer that this is all.

use tokio::io::{self, AsyncRead, AsyncWrite, AsyncWriteExt};

/// Carries bytes between the two until both directions have ended.
pub async fn relay<C, S>(client: C, server: S) -> io::Result<(u64, u64)>
where
    C: AsyncRead + AsyncWrite + Unpin,
    S: AsyncRead + AsyncWrite + Unpin,
{
    let (mut from_client, mut to_client) = io::split(client);
    let (mut from_server, mut to_server) = io::split(server);
    let up = async {
        let up = io::copy(&mut from_client, &mut to_server).await?;
        to_server.flush().await?;
        io::Result::Ok(up)
    };
    let down = async {
        let down = io::copy(&mut from_server, &mut to_client).await?;
        to_client.flush().await?;
        io::Result::Ok(down)
    };
    tokio::try_join!(up, down)
}
