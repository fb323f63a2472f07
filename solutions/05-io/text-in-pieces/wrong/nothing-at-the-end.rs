//! mistake: marks-by-hand
//! What is left at the end is no character, and is dropped.

use tokio::io::{self, AsyncRead, AsyncReadExt};

pub async fn show<R, S>(mut reader: R, mut screen: S) -> io::Result<()>
where
    R: AsyncRead + Unpin,
    S: FnMut(&str),
{
    let mut buffer = [0; 1024];
    let mut held: Vec<u8> = Vec::new();
    loop {
        let n = reader.read(&mut buffer).await?;
        if n == 0 {
            return Ok(());
        }
        held.extend_from_slice(&buffer[..n]);
        let mut start = 0;
        loop {
            let rest = &held[start..];
            match str::from_utf8(rest) {
                Ok(text) => {
                    screen(text);
                    start = held.len();
                    break;
                }
                Err(error) => {
                    let valid = error.valid_up_to();
                    screen(&String::from_utf8_lossy(&rest[..valid]));
                    start += valid;
                    let Some(len) = error.error_len() else { break };
                    screen("\u{FFFD}");
                    start += len;
                }
            }
        }
        held.drain(..start);
    }
}
