//! Each way ends when its own reader does, and passes that end on. `try_join!` runs both side
//! by side, and ends them when one fails.

use tokio::io::{self, AsyncRead, AsyncWrite, AsyncWriteExt};

/// Carries bytes between the two until both directions have ended.
pub async fn relay<C, S>(client: C, server: S) -> io::Result<(u64, u64)>
where
    C: AsyncRead + AsyncWrite + Unpin,
    S: AsyncRead + AsyncWrite + Unpin,
{
    let (from_client, to_client) = io::split(client);
    let (from_server, to_server) = io::split(server);
    tokio::try_join!(one_way(from_client, to_server), one_way(from_server, to_client))
}

async fn one_way(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
) -> io::Result<u64> {
    let n = io::copy(&mut from, &mut to).await?;
    to.shutdown().await?;
    Ok(n)
}
