//! Shows what it has kept before it returns an error as well.

use tokio::io::{self, AsyncRead, AsyncReadExt};
pub async fn show<R, S>(mut reader: R, mut screen: S) -> io::Result<()>
where
    R: AsyncRead + Unpin,
    S: FnMut(&str),
{
    let mut buffer = [0; 1024];
    let mut held: Vec<u8> = Vec::new();
    loop {
        let n = match reader.read(&mut buffer).await {
            Ok(n) => n,
            Err(e) => {
                if !held.is_empty() {
                    screen("\u{FFFD}")
                }
                return Err(e);
            }
        };
        if n == 0 {
            if !held.is_empty() {
                screen("\u{FFFD}")
            }
            return Ok(());
        }
        held.extend_from_slice(&buffer[..n]);
        loop {
            match str::from_utf8(&held) {
                Ok(t) => {
                    screen(t);
                    held.clear();
                    break;
                }
                Err(e) => {
                    let v = e.valid_up_to();
                    screen(str::from_utf8(&held[..v]).unwrap());
                    match e.error_len() {
                        Some(l) => {
                            screen("\u{FFFD}");
                            held.drain(..v + l);
                        }
                        None => {
                            held.drain(..v);
                            break;
                        }
                    }
                }
            }
        }
    }
}
