//! A client shows what a server says, as it comes. Names with an accent show up as `caf��`,
//! now and then, and never in a test.
//!
//! When you are done:
//!
//! - all that was shown, put together, is the text that the server sent, in UTF-8;
//! - a character is shown as soon as its last byte has been read;
//! - bytes that cannot be UTF-8 show as `�` and end nothing, and so does a character that the
//!   end of the stream cuts off: in all, what `String::from_utf8_lossy` makes of the whole;
//! - an error of the reader is returned.
//!
//! Change the body of `show`, not its signature. Check it with
//!
//! ```console
//! $ cargo course check text-in-pieces
//! $ cargo test --test 05-text-in-pieces
//! ```

use tokio::io::{self, AsyncRead, AsyncReadExt};

/// Shows the text that comes from `reader`, as it comes.
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
