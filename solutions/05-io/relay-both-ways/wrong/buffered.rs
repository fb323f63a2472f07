//! mistake: waits-for-more
//! Fewer writes, and nobody flushes while both sides wait.

use std::time::Duration;
use tokio::io::{self, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufWriter};
pub async fn relay<C, S>(client: C, server: S) -> io::Result<(u64, u64)>
where
    C: AsyncRead + AsyncWrite + Unpin,
    S: AsyncRead + AsyncWrite + Unpin,
{
    let (mut fc, mut tc) = io::split(client);
    let (mut fs, mut ts) = io::split(server);
    let mut ts = BufWriter::new(ts);
    let mut tc = BufWriter::new(tc);
    async fn p<R: AsyncRead + Unpin, W: AsyncWrite + Unpin>(
        r: &mut R,
        w: &mut W,
    ) -> io::Result<u64> {
        let mut b = [0; 512];
        let mut t = 0;
        loop {
            let n = r.read(&mut b).await?;
            if n == 0 {
                w.shutdown().await?;
                return Ok(t);
            }
            w.write_all(&b[..n]).await?;
            t += n as u64;
        }
    }
    tokio::try_join!(p(&mut fc, &mut ts), p(&mut fs, &mut tc))
}
