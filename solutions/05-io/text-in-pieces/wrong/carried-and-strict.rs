//! mistake: marks-by-hand
//!
//! The incomplete end waits for the next piece, as it should. Bytes that are wrong end it all.

use std::io::ErrorKind;

use tokio::io::{self, AsyncRead, AsyncReadExt};

/// Shows the text that comes from `reader`, as it arrives.
pub async fn show<R, S>(mut reader: R, mut screen: S) -> io::Result<()>
where
    R: AsyncRead + Unpin,
    S: FnMut(&str),
{
    let mut bytes = Vec::new();
    while reader.read_buf(&mut bytes).await? > 0 {
        let whole = match str::from_utf8(&bytes) {
            Ok(_) => bytes.len(),
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            Err(error) => return Err(io::Error::other(error)),
        };
        screen(str::from_utf8(&bytes[..whole]).expect("checked above"));
        bytes.drain(..whole);
    }
    if bytes.is_empty() { Ok(()) } else { Err(ErrorKind::UnexpectedEof.into()) }
}
