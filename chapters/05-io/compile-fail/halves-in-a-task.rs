//! error: E0597
//!
//! The halves that `split` makes are borrowed, and a task cannot borrow. `into_split` makes
//! halves that are owned.

use tokio::io::{self, AsyncWriteExt};
use tokio::net::TcpStream;

async fn send(mut socket: TcpStream, message: Vec<u8>) -> io::Result<()> {
    let (mut reader, mut writer) = socket.split();
    let sending = tokio::spawn(async move { writer.write_all(&message).await });
    io::copy(&mut reader, &mut io::stdout()).await?;
    sending.await?
}

fn main() {
    let _ = send;
}
