//! mistake: half-close-forgotten
//! Dropping the half that writes ends that direction.

use tokio::io::{self, AsyncRead, AsyncWrite};

/// Carries bytes between the two until both directions have ended.
pub async fn relay<C, S>(client: C, server: S) -> io::Result<(u64, u64)>
where
    C: AsyncRead + AsyncWrite + Unpin,
    S: AsyncRead + AsyncWrite + Unpin,
{
    let (mut from_client, mut to_client) = io::split(client);
    let (mut from_server, mut to_server) = io::split(server);
    let up = async move {
        let up = io::copy(&mut from_client, &mut to_server).await?;
        drop(to_server);
        io::Result::Ok(up)
    };
    let down = async move {
        let down = io::copy(&mut from_server, &mut to_client).await?;
        drop(to_client);
        io::Result::Ok(down)
    };
    tokio::try_join!(up, down)
}
