//! mistake: write-is-write-all
//!
//! The belief: a `BufWriter` takes whatever it is given. What is longer than its buffer goes straight to the
//! writer, which takes what it can.

use tokio::io::{self, AsyncWrite, AsyncWriteExt, BufWriter};

/// Writes a line `name: count` for each row.
pub async fn report<W>(out: W, rows: &[(&str, u32)]) -> io::Result<()>
where
    W: AsyncWrite + Unpin,
{
    let mut out = BufWriter::new(out);
    for (name, count) in rows {
        let _ = out.write(name.as_bytes()).await?;
        out.write_all(b": ").await?;
        out.write_all(count.to_string().as_bytes()).await?;
        out.write_all(b"\n").await?;
    }
    out.flush().await
}
