//! mistake: written-before-full
//! So many rows make a good write. How long are they?

use tokio::io::{self, AsyncWrite, AsyncWriteExt};

pub async fn report<W>(mut out: W, rows: &[(&str, u32)]) -> io::Result<()>
where
    W: AsyncWrite + Unpin,
{
    for batch in rows.chunks(64) {
        let mut text = String::new();
        for (name, count) in batch {
            text.push_str(&format!("{name}: {count}\n"));
        }
        out.write_all(text.as_bytes()).await?;
    }
    out.flush().await
}
