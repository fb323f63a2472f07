//! mistake: result-not-looked-at
//!
//! The belief: a read that fails has nothing to show, as at the end. Half a text passes for the whole.

use tokio::io::{self, AsyncRead, AsyncReadExt};

/// Shows the text that comes from `reader`, as it comes.
pub async fn show<R, S>(mut reader: R, mut screen: S) -> io::Result<()>
where
    R: AsyncRead + Unpin,
    S: FnMut(&str),
{
    let mut bytes = Vec::with_capacity(1024);
    while reader.read_buf(&mut bytes).await.is_ok_and(|n| n > 0) {
        let shown = show_whole_characters(&bytes, &mut screen);
        bytes.drain(..shown);
    }
    if !bytes.is_empty() {
        screen("\u{FFFD}");
    }
    Ok(())
}

/// Shows all but a character whose end has not come yet. Returns how many bytes that were.
fn show_whole_characters(bytes: &[u8], screen: &mut impl FnMut(&str)) -> usize {
    let mut shown = 0;
    loop {
        match str::from_utf8(&bytes[shown..]) {
            Ok(text) => {
                screen(text);
                return bytes.len();
            }
            Err(error) => {
                let valid = &bytes[shown..][..error.valid_up_to()];
                screen(str::from_utf8(valid).expect("valid up to here"));
                shown += valid.len();
                let Some(wrong) = error.error_len() else { return shown };
                screen("\u{FFFD}");
                shown += wrong;
            }
        }
    }
}
