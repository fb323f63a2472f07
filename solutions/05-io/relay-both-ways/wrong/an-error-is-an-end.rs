//! mistake: result-not-looked-at
//! A direction that fails has ended.

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
        let n = io::copy(&mut fc, &mut ts).await.unwrap_or(0);
        ts.shutdown().await?;
        Ok::<u64, io::Error>(n)
    };
    let down = async {
        let n = io::copy(&mut fs, &mut tc).await.unwrap_or(0);
        tc.shutdown().await?;
        Ok::<u64, io::Error>(n)
    };
    tokio::try_join!(up, down)
}
