//! What `BufWriter` does, by hand: pass on when full, and at the end.

use tokio::io::{self, AsyncWrite, AsyncWriteExt};

/// Writes a line `name: count` for each row.
pub async fn report<W>(mut out: W, rows: &[(&str, u32)]) -> io::Result<()>
where
    W: AsyncWrite + Unpin,
{
    let mut buffer = Vec::with_capacity(8192);
    for (name, count) in rows {
        buffer.extend_from_slice(format!("{name}: {count}\n").as_bytes());
        if buffer.len() >= 4096 {
            out.write_all(&buffer).await?;
            buffer.clear();
        }
    }
    out.write_all(&buffer).await?;
    out.flush().await
}
