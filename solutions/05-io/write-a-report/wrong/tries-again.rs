//! mistake: result-not-looked-at
//! A write that failed is tried once more, from the start, and its error is forgotten.

use std::fmt::Write;

use tokio::io::{self, AsyncWrite, AsyncWriteExt};

/// A line `name: count` for each row.
pub async fn report<W>(mut out: W, rows: &[(&str, u32)]) -> io::Result<()>
where
    W: AsyncWrite + Unpin,
{
    let mut text = String::new();
    for (name, count) in rows {
        let _ = writeln!(text, "{name}: {count}"); // a `String` takes everything
    }
    if out.write_all(text.as_bytes()).await.is_err() {
        out.write_all(text.as_bytes()).await?;
    }
    Ok(())
}
