//! mistake: shutdown-is-flush
//! `shutdown` writes out what is in the buffer, and more.

use tokio::io::{self, AsyncWrite, AsyncWriteExt, BufWriter};

pub async fn report<W>(out: W, rows: &[(&str, u32)]) -> io::Result<()>
where
    W: AsyncWrite + Unpin,
{
    let mut out = BufWriter::new(out);
    for (name, count) in rows {
        out.write_all(format!("{name}: {count}\n").as_bytes()).await?;
    }
    out.shutdown().await
}
