//! One byte at a time, from a buffer: what is not yet a character is four bytes at the most.

use tokio::io::{self, AsyncRead, AsyncReadExt, BufReader};

/// Shows the text that comes from `reader`, as it comes.
pub async fn show<R, S>(reader: R, mut screen: S) -> io::Result<()>
where
    R: AsyncRead + Unpin,
    S: FnMut(&str),
{
    let mut reader = BufReader::new(reader);
    let mut bytes = Vec::with_capacity(4);
    let mut byte = [0];
    while reader.read(&mut byte).await? > 0 {
        bytes.extend(byte);
        while let Err(error) = str::from_utf8(&bytes) {
            let Some(wrong) = error.error_len() else { break };
            screen("\u{FFFD}");
            bytes.drain(..wrong);
        }
        if let Ok(text) = str::from_utf8(&bytes) {
            screen(text);
            bytes.clear();
        }
    }
    if !bytes.is_empty() {
        screen("\u{FFFD}");
    }
    Ok(())
}
