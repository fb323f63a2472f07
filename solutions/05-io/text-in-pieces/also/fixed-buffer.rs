//! A fixed buffer whose first bytes are what the last read left over. `utf8_chunks` walks
//! over right and wrong parts; the last wrong part may be a character that has only begun.

use tokio::io::{self, AsyncRead, AsyncReadExt};

/// Shows the text that comes from `reader`, as it comes.
pub async fn show<R, S>(mut reader: R, mut screen: S) -> io::Result<()>
where
    R: AsyncRead + Unpin,
    S: FnMut(&str),
{
    let mut buffer = [0; 512];
    let mut kept = 0;
    loop {
        let n = reader.read(&mut buffer[kept..]).await?;
        if n == 0 {
            screen(&String::from_utf8_lossy(&buffer[..kept]));
            return Ok(());
        }
        let filled = kept + n;
        kept = 0;
        let mut at = 0;
        for chunk in buffer[..filled].utf8_chunks() {
            screen(chunk.valid());
            at += chunk.valid().len() + chunk.invalid().len();
            let begun = str::from_utf8(chunk.invalid())
                .is_err_and(|error| error.error_len().is_none());
            if begun && at == filled {
                kept = chunk.invalid().len();
            } else if !chunk.invalid().is_empty() {
                screen("\u{FFFD}");
            }
        }
        buffer.copy_within(filled - kept..filled, 0);
    }
}
