//! mistake: eof-not-zero
//! The stream has ended when `read` fails.

use tokio::io::{self, AsyncRead, AsyncReadExt};

/// Shows the text that comes from `reader`, as it comes.
pub async fn show<R, S>(mut reader: R, mut screen: S) -> io::Result<()>
where
    R: AsyncRead + Unpin,
    S: FnMut(&str),
{
    let mut bytes = Vec::new();
    while let Ok(_n) = reader.read_buf(&mut bytes).await {
        let whole = match str::from_utf8(&bytes) {
            Ok(text) => text.len(),
            Err(error) => error.valid_up_to(),
        };
        screen(str::from_utf8(&bytes[..whole]).expect("valid up to here"));
        bytes.drain(..whole);
    }
    Ok(())
}
