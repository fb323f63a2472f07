//! mistake: waits-for-more
//! The first byte says how long the character is. `\xff` says nothing of the kind.

use tokio::io::{self, AsyncRead, AsyncReadExt};

/// Shows the text that comes from `reader`, as it arrives.
pub async fn show<R, S>(mut reader: R, mut screen: S) -> io::Result<()>
where
    R: AsyncRead + Unpin,
    S: FnMut(&str),
{
    let mut buffer = [0; 1024];
    let mut held = Vec::new();
    loop {
        let n = reader.read(&mut buffer).await?;
        held.extend_from_slice(&buffer[..n]);
        let end = if n == 0 { held.len() } else { held.len() - begun(&held) };
        if end > 0 {
            screen(&String::from_utf8_lossy(&held[..end]));
            held.drain(..end);
        }
        if n == 0 {
            return Ok(());
        }
    }
}

/// How many bytes at the end belong to a character that is longer.
fn begun(bytes: &[u8]) -> usize {
    for (index, byte) in bytes.iter().rev().take(3).enumerate() {
        let length = match byte {
            0x00..0x80 => 1,
            0x80..0xc0 => continue,
            0xc0..0xe0 => 2,
            0xe0..0xf0 => 3,
            0xf0..=0xff => 4,
        };
        return if length > index + 1 { index + 1 } else { 0 };
    }
    0
}
