//! mistake: marks-by-hand
//! Each wrong byte is one `�`.

use tokio::io::{self, AsyncRead, AsyncReadExt};

pub async fn show<R, S>(mut reader: R, mut screen: S) -> io::Result<()>
where
    R: AsyncRead + Unpin,
    S: FnMut(&str),
{
    let mut buffer = [0; 1024];
    let mut held = Vec::new();
    loop {
        let n = reader.read(&mut buffer).await?;
        if n == 0 {
            break;
        }
        held.extend_from_slice(&buffer[..n]);
        while !held.is_empty() {
            let (valid, wrong) = match str::from_utf8(&held) {
                Ok(text) => (text.len(), false),
                Err(error) => (error.valid_up_to(), error.error_len().is_some()),
            };
            if valid > 0 {
                screen(str::from_utf8(&held[..valid]).unwrap());
                held.drain(..valid);
            }
            if !wrong {
                break;
            }
            screen("\u{FFFD}");
            held.remove(0);
        }
    }
    if !held.is_empty() {
        screen("\u{FFFD}");
    }
    Ok(())
}
