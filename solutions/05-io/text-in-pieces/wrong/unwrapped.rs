//! mistake: utf8-per-chunk
//!
//! The belief: the server sends UTF-8, so what has come is UTF-8.

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
        screen(str::from_utf8(&buffer[..n]).expect("the server sends UTF-8"));
    }
}
