//! One socket, two tasks: each has a half of its own.
//!
//! ```console
//! $ cargo run --example 05-two-tasks
//! ```

use std::net::SocketAddr;

use tokio::io::{self, AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

// ANCHOR: halves
async fn greet(addr: SocketAddr) -> io::Result<()> {
    let socket = TcpStream::connect(addr).await?;
    let (mut reader, mut writer) = socket.into_split();

    let sending = tokio::spawn(async move {
        writer.write_all(b"hello").await?;
        writer.shutdown().await
    });

    let mut reply = String::new();
    reader.read_to_string(&mut reply).await?;
    println!("{reply}");
    sending.await?
}
// ANCHOR_END: halves

#[tokio::main]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let addr = listener.local_addr()?;
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await?;
        let (mut reader, mut writer) = socket.split();
        io::copy(&mut reader, &mut writer).await
    });
    greet(addr).await
}
