//! A client that writes all it has before it reads, and one that does both at the same time.
//!
//! ```console
//! $ cargo run --example 05-both-ways
//! ```
//!
//! One thread and a paused clock: "an hour" takes no time.

use std::time::Duration;

use tokio::io::{self, AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::time::timeout;

const AN_HOUR: Duration = Duration::from_secs(3600);

/// An echo server behind a pipe of 64 bytes each way, with a buffer of 16 bytes of its own.
fn small_echo() -> DuplexStream {
    let (client, mut server) = duplex(64);
    tokio::spawn(async move {
        let mut buffer = [0; 16];
        loop {
            let n = server.read(&mut buffer).await?;
            if n == 0 {
                return server.shutdown().await;
            }
            server.write_all(&buffer[..n]).await?;
        }
    });
    client
}

// ANCHOR: write_then_read
/// Returns how many bytes came back.
async fn write_then_read(length: usize) -> io::Result<usize> {
    let mut client = small_echo();
    client.write_all(&vec![b'x'; length]).await?;
    client.shutdown().await?;
    client.read_to_end(&mut Vec::new()).await
}
// ANCHOR_END: write_then_read

// ANCHOR: write_and_read
/// Returns how many bytes came back.
async fn write_and_read(length: usize) -> io::Result<usize> {
    let (mut reader, mut writer) = io::split(small_echo());
    let message = vec![b'x'; length];
    let send = async {
        writer.write_all(&message).await?;
        writer.shutdown().await
    };
    let mut reply = Vec::new();
    let ((), n) = tokio::try_join!(send, reader.read_to_end(&mut reply))?;
    Ok(n)
}
// ANCHOR_END: write_and_read

async fn within_an_hour(working: impl Future<Output = io::Result<usize>>) -> String {
    match timeout(AN_HOUR, working).await {
        Ok(Ok(n)) => format!("{n} bytes came back"),
        Ok(Err(error)) => error.to_string(),
        Err(_) => "stuck for an hour".into(),
    }
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    println!("--- write, then read");
    for length in [80, 128, 144, 145] {
        println!("{length:>4}: {}", within_an_hour(write_then_read(length)).await);
    }
    println!("--- write and read");
    for length in [145, 1000] {
        println!("{length:>4}: {}", within_an_hour(write_and_read(length)).await);
    }
}
