//! mistake: half-close-forgotten
//! Both directions end together.

use tokio::io::{self, AsyncRead, AsyncWrite, AsyncWriteExt};

/// Carries bytes between the two until both directions have ended.
pub async fn relay<C, S>(client: C, server: S) -> io::Result<(u64, u64)>
where
    C: AsyncRead + AsyncWrite + Unpin,
    S: AsyncRead + AsyncWrite + Unpin,
{
    let (mut from_client, mut to_client) = io::split(client);
    let (mut from_server, mut to_server) = io::split(server);
    let counts = tokio::try_join!(
        io::copy(&mut from_client, &mut to_server),
        io::copy(&mut from_server, &mut to_client),
    )?;
    to_server.shutdown().await?;
    to_client.shutdown().await?;
    Ok(counts)
}
