//! mistake: result-not-looked-at
//! A direction that fails has ended.

use tokio::io::{self, AsyncRead, AsyncWrite, AsyncWriteExt};

/// Carries bytes between the two until both directions have ended.
pub async fn relay<C, S>(client: C, server: S) -> io::Result<(u64, u64)>
where
    C: AsyncRead + AsyncWrite + Unpin,
    S: AsyncRead + AsyncWrite + Unpin,
{
    let (mut from_client, mut to_client) = io::split(client);
    let (mut from_server, mut to_server) = io::split(server);
    tokio::try_join!(
        async {
            let n = io::copy(&mut from_client, &mut to_server).await.unwrap_or(0);
            to_server.shutdown().await?;
            Ok(n)
        },
        async {
            let n = io::copy(&mut from_server, &mut to_client).await.unwrap_or(0);
            to_client.shutdown().await?;
            Ok(n)
        },
    )
}
