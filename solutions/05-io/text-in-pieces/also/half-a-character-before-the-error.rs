//! Shows what it has kept before it returns an error as well.

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
        let read = reader.read(&mut buffer).await;
        let Ok(n @ 1..) = read else {
            if !held.is_empty() {
                screen("\u{fffd}");
            }
            return read.map(drop);
        };
        held.extend_from_slice(&buffer[..n]);
        while let Err(error) = str::from_utf8(&held) {
            let valid = error.valid_up_to();
            screen(&String::from_utf8_lossy(&held[..valid]));
            let Some(wrong) = error.error_len() else {
                held.drain(..valid);
                break;
            };
            screen("\u{fffd}");
            held.drain(..valid + wrong);
        }
        if let Ok(text) = str::from_utf8(&held) {
            screen(text);
            held.clear();
        }
    }
}
