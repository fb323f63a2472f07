//! mistake: waits-for-more
//! The first byte says how long the character is. `\xff` says nothing of the kind.

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
            if !held.is_empty() {
                screen(&String::from_utf8_lossy(&held))
            }
            return Ok(());
        }
        held.extend_from_slice(&buffer[..n]);
        let mut keep = 0;
        for k in 1..=3.min(held.len()) {
            let b = held[held.len() - k];
            let need = if b >= 0xf0 {
                4
            } else if b >= 0xe0 {
                3
            } else if b >= 0xc0 {
                2
            } else if b >= 0x80 {
                continue;
            } else {
                1
            };
            if need > k {
                keep = k
            }
            break;
        }
        let end = held.len() - keep;
        if end > 0 {
            screen(&String::from_utf8_lossy(&held[..end]));
            held.drain(..end);
        }
    }
}
