//! mistake: waits-for-more
//! Fewer than four bytes may still become a character. Most of them cannot.

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
            if !held.is_empty() {
                screen(&String::from_utf8_lossy(&held));
            }
            return Ok(());
        }
        held.extend_from_slice(&buffer[..n]);
        while let Err(error) = str::from_utf8(&held) {
            let valid = error.valid_up_to();
            if held.len() - valid < 4 {
                break;
            }
            let end = valid + error.error_len().unwrap_or(1);
            screen(&String::from_utf8_lossy(&held[..end]));
            held.drain(..end);
        }
        let valid = match str::from_utf8(&held) {
            Ok(text) => text.len(),
            Err(error) => error.valid_up_to(),
        };
        if valid > 0 {
            screen(&String::from_utf8_lossy(&held[..valid]));
            held.drain(..valid);
        }
    }
}
