//! An accept loop that counts its clients in three ways, and what each of them comes to.
//!
//! ```console
//! $ cargo run --example 02-three-counters
//! ```

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let addr = listener.local_addr()?;
    tokio::spawn(serve(listener));
    for _ in 0..3 {
        let mut reply = String::new();
        TcpStream::connect(addr).await?.read_to_string(&mut reply).await?;
        println!("{reply}");
    }
    Ok(())
}

// ANCHOR: serve
async fn serve(listener: TcpListener) -> io::Result<()> {
    let mut i = 0;
    let mut j = 0;
    let shared = Arc::new(AtomicU32::new(0));
    loop {
        let (mut socket, _) = listener.accept().await?;
        i += 1;
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            j += 1;
            let shared = shared.fetch_add(1, Ordering::Relaxed) + 1;
            let reply = format!("i = {i}, j = {j}, shared = {shared}");
            socket.write_all(reply.as_bytes()).await
        });
    }
}
// ANCHOR_END: serve
