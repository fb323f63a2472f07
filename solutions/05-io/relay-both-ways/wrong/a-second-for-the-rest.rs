//! mistake: select-keeps-progress
//! After one side has ended, the other gets a second.

use std::time::Duration;

use tokio::io::{self, AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(1);

/// Carries bytes between the two until both directions have ended.
pub async fn relay<C, S>(client: C, server: S) -> io::Result<(u64, u64)>
where
    C: AsyncRead + AsyncWrite + Unpin,
    S: AsyncRead + AsyncWrite + Unpin,
{
    let (mut from_client, mut to_client) = io::split(client);
    let (mut from_server, mut to_server) = io::split(server);
    let up = async {
        let n = io::copy(&mut from_client, &mut to_server).await?;
        to_server.shutdown().await?;
        io::Result::Ok(n)
    };
    let down = async {
        let n = io::copy(&mut from_server, &mut to_client).await?;
        to_client.shutdown().await?;
        io::Result::Ok(n)
    };
    tokio::pin!(up, down);
    tokio::select! {
        sent = &mut up => {
            let received = timeout(PATIENCE, down).await.unwrap_or(Ok(0));
            Ok((sent?, received?))
        }
        received = &mut down => {
            let sent = timeout(PATIENCE, up).await.unwrap_or(Ok(0));
            Ok((sent?, received?))
        }
    }
}
