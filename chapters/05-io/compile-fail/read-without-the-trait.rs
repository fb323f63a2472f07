//! error: E0599
//!
//! `read` is not a method of the socket: the trait `AsyncReadExt` gives it to every `AsyncRead`.

use tokio::io;
use tokio::net::TcpStream;

async fn first_bytes(mut socket: TcpStream) -> io::Result<usize> {
    let mut buffer = [0; 16];
    socket.read(&mut buffer).await
}

fn main() {
    let _ = first_bytes;
}
