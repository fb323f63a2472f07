//! error: E0277
//! `?` wants a `Result`, and the future is not one before it is awaited.

use tokio::net::TcpStream;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let stream = TcpStream::connect("127.0.0.1:6379")?;
    println!("connected to {}", stream.peer_addr()?);
    Ok(())
}
