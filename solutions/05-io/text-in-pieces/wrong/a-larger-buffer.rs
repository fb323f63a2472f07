//! mistake: utf8-per-chunk
//! Characters are cut because the buffer is too small.

use tokio::io::{self, AsyncRead, AsyncReadExt};

/// Shows the text that comes from `reader`, as it comes.
pub async fn show<R, S>(mut reader: R, mut screen: S) -> io::Result<()>
where
    R: AsyncRead + Unpin,
    S: FnMut(&str),
{
    let mut buffer = vec![0; 1 << 20];
    loop {
        let n = reader.read(&mut buffer).await?;
        if n == 0 {
            return Ok(());
        }
        screen(&String::from_utf8_lossy(&buffer[..n]));
    }
}
