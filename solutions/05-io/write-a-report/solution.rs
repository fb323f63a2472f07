//! A `BufWriter` gathers the pieces, and `flush` passes on what is left: the last thing before
//! `Ok`, and the only place where the error of the last bytes can show.

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
    out.flush().await
}
