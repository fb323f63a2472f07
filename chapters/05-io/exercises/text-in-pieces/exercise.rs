//! # Text in pieces
//!
//! A client shows what a server says, as it arrives. Now and then, and never in a test, a name
//! with an accent shows up as `caf��`.
//!
//! At the end:
//!
//! - all that was shown, put together, is what `String::from_utf8_lossy` would make of all the
//!   bytes together. So valid UTF-8 is shown as it is, and bytes that cannot be UTF-8 show
//!   as `�`, as does a character that the end of the stream cuts off;
//! - nothing is held back longer than necessary: a character is shown as soon as its last byte
//!   has been read, and wrong bytes do not stop what follows;
//! - an error of the reader is returned (a character cut off by it may show as `�`, or not).
//!
//! Change the body of `show`, not its signature.
//!
//! ```console
//! $ cargo course check text-in-pieces
//! ```

use tokio::io::{self, AsyncRead, AsyncReadExt};

/// Shows the text that comes from `reader`, as it arrives.
pub async fn show<R, S>(mut reader: R, mut screen: S) -> io::Result<()>
where
    R: AsyncRead + Unpin,
    S: FnMut(&str),
{
    // TODO: a piece is not a text.
    let mut buffer = [0; 1024];
    loop {
        let n = reader.read(&mut buffer).await?;
        if n == 0 {
            return Ok(());
        }
        screen(&String::from_utf8_lossy(&buffer[..n]));
    }
}
