//! mistake: written-before-full
//! A buffer of 4096 bytes for writes of 4096 bytes. It goes out when the next row does not fit.

use tokio::io::{self, AsyncWrite, AsyncWriteExt, BufWriter};

pub async fn report<W>(out: W, rows: &[(&str, u32)]) -> io::Result<()>
where
    W: AsyncWrite + Unpin,
{
    let mut out = BufWriter::with_capacity(4096, out);
    for (name, count) in rows {
        out.write_all(format!("{name}: {count}\n").as_bytes()).await?;
    }
    out.flush().await
}
