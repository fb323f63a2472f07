//! error: E0499
//!
//! `io::copy` wants a reader and a writer. A socket is both, but not at the same time.

use tokio::io::{self, AsyncWriteExt};
use tokio::net::TcpStream;

async fn echo(mut socket: TcpStream) -> io::Result<()> {
    io::copy(&mut socket, &mut socket).await?;
    socket.shutdown().await
}

fn main() {
    let _ = echo;
}
