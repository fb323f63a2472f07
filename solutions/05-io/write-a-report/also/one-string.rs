//! The whole report in memory, and one write. Right where the report is known to be short.

use tokio::io::{self, AsyncWrite, AsyncWriteExt};

/// Writes a line `name: count` for each row.
pub async fn report<W>(mut out: W, rows: &[(&str, u32)]) -> io::Result<()>
where
    W: AsyncWrite + Unpin,
{
    let text: String =
        rows.iter().map(|(name, count)| format!("{name}: {count}\n")).collect();
    out.write_all(text.as_bytes()).await?;
    out.flush().await
}
