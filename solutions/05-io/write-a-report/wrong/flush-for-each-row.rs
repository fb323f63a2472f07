//! mistake: small-writes
//! With a buffer in front, flushing often costs nothing.

use tokio::io::{self, AsyncWrite, AsyncWriteExt, BufWriter};

/// Writes a line `name: count` for each row.
pub async fn report<W>(out: W, rows: &[(&str, u32)]) -> io::Result<()>
where
    W: AsyncWrite + Unpin,
{
    let mut out = BufWriter::new(out);
    for (name, count) in rows {
        out.write_all(format!("{name}: {count}\n").as_bytes()).await?;
        out.flush().await?;
    }
    Ok(())
}
