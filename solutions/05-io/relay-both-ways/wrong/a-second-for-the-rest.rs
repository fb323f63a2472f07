//! mistake: select-keeps-progress
//! After one side has ended, the other gets a second.

use std::time::Duration;
use tokio::io::{self, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufWriter};
pub async fn relay<C, S>(client: C, server: S) -> io::Result<(u64, u64)>
where
    C: AsyncRead + AsyncWrite + Unpin,
    S: AsyncRead + AsyncWrite + Unpin,
{
    let (mut fc, mut tc) = io::split(client);
    let (mut fs, mut ts) = io::split(server);
    let up = async {
        let n = io::copy(&mut fc, &mut ts).await?;
        ts.shutdown().await?;
        Ok::<u64, io::Error>(n)
    };
    let down = async {
        let n = io::copy(&mut fs, &mut tc).await?;
        tc.shutdown().await?;
        Ok::<u64, io::Error>(n)
    };
    tokio::pin!(up, down);
    tokio::select! { n = &mut up => { let n = n?; let m = tokio::time::timeout(Duration::from_secs(1), down).await.unwrap_or(Ok(0))?; Ok((n, m)) } m = &mut down => { let m = m?; let n = tokio::time::timeout(Duration::from_secs(1), up).await.unwrap_or(Ok(0))?; Ok((n, m)) } }
}
