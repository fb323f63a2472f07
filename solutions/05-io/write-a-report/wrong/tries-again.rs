//! mistake: result-not-looked-at
//! A write that failed is tried once more, from the start, and its error is forgotten.

use tokio::io::{self, AsyncWrite, AsyncWriteExt, BufWriter};
pub async fn report<W>(mut out: W, rows: &[(&str, u32)]) -> io::Result<()>
where
    W: AsyncWrite + Unpin,
{
    let mut v = Vec::new();
    for (n, c) in rows {
        v.extend_from_slice(format!("{n}: {c}\n").as_bytes());
    }
    if out.write_all(&v).await.is_err() {
        out.write_all(&v).await?;
    }
    Ok(())
}
