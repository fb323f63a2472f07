//! `select!` in a loop keeps both futures, and a flag says which of them has ended: that one is not polled again.

use std::pin::pin;

use tokio::io::{self, AsyncRead, AsyncWrite, AsyncWriteExt};

/// Carries bytes between the two until both directions have ended.
pub async fn relay<C, S>(client: C, server: S) -> io::Result<(u64, u64)>
where
    C: AsyncRead + AsyncWrite + Unpin,
    S: AsyncRead + AsyncWrite + Unpin,
{
    let (from_client, to_client) = io::split(client);
    let (from_server, to_server) = io::split(server);
    let mut up = pin!(one_way(from_client, to_server));
    let mut down = pin!(one_way(from_server, to_client));
    let (mut went_up, mut went_down) = (None, None);
    loop {
        tokio::select! {
            n = &mut up, if went_up.is_none() => went_up = Some(n?),
            n = &mut down, if went_down.is_none() => went_down = Some(n?),
        }
        if let (Some(up), Some(down)) = (went_up, went_down) {
            return Ok((up, down));
        }
    }
}

async fn one_way(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
) -> io::Result<u64> {
    let n = io::copy(&mut from, &mut to).await?;
    to.shutdown().await?;
    Ok(n)
}
