//! mistake: result-not-looked-at
//!
//! The belief: `flush` is a courtesy. It is the write of the last bytes, and can fail like any other.

use tokio::io::{self, AsyncWrite, AsyncWriteExt, BufWriter};

/// Writes a line `name: count` for each row.
pub async fn report<W>(out: W, rows: &[(&str, u32)]) -> io::Result<()>
where
    W: AsyncWrite + Unpin,
{
    let mut out = BufWriter::new(out);
    for (name, count) in rows {
        out.write_all(name.as_bytes()).await?;
        out.write_all(b": ").await?;
        out.write_all(count.to_string().as_bytes()).await?;
        out.write_all(b"\n").await?;
    }
    let _ = out.flush().await;
    Ok(())
}
