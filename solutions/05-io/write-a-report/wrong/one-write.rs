//! mistake: write-is-write-all
//! One `write` sends one buffer.

use tokio::io::{self, AsyncWrite, AsyncWriteExt};

/// Writes a line `name: count` for each row.
pub async fn report<W>(mut out: W, rows: &[(&str, u32)]) -> io::Result<()>
where
    W: AsyncWrite + Unpin,
{
    let text: String =
        rows.iter().map(|(name, count)| format!("{name}: {count}\n")).collect();
    let _ = out.write(text.as_bytes()).await?;
    out.flush().await
}
