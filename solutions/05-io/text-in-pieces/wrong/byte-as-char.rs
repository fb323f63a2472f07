//! mistake: utf8-per-chunk
//! A byte that is no ASCII is no text: drop it or mark it.

use tokio::io::{self, AsyncRead, AsyncReadExt};

/// Shows the text that comes from `reader`, as it comes.
pub async fn show<R, S>(mut reader: R, mut screen: S) -> io::Result<()>
where
    R: AsyncRead + Unpin,
    S: FnMut(&str),
{
    let mut buffer = [0; 1024];
    loop {
        let n = reader.read(&mut buffer).await?;
        if n == 0 {
            return Ok(());
        }
        for byte in &buffer[..n] {
            screen(str::from_utf8(&[*byte]).unwrap_or("\u{FFFD}"));
        }
    }
}
