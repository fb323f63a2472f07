//! mistake: small-writes
//! A row is long enough for a write, and the system gathers them anyway.

use tokio::io::{self, AsyncWrite, AsyncWriteExt};

/// Writes a line `name: count` for each row.
pub async fn report<W>(mut out: W, rows: &[(&str, u32)]) -> io::Result<()>
where
    W: AsyncWrite + Unpin,
{
    for (name, count) in rows {
        out.write_all(format!("{name}: {count}\n").as_bytes()).await?;
    }
    out.flush().await
}
