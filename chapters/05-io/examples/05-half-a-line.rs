//! A reader that is dropped in the middle of a line, twice: where are the bytes it had?
//!
//! ```console
//! $ cargo run --example 05-half-a-line
//! ```
//!
//! One thread and a paused clock: half a second takes no time.

use std::io::ErrorKind;
use std::mem;
use std::time::Duration;

use tokio::io::{self, AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::time::{sleep, timeout};

const PATIENCE: Duration = Duration::from_millis(500);

/// The peer writes "hel" at once, and "lo\n" after 700 ms.
fn slow_peer() -> DuplexStream {
    let (ours, mut theirs) = duplex(64);
    tokio::spawn(async move {
        theirs.write_all(b"hel").await?;
        sleep(Duration::from_millis(700)).await;
        theirs.write_all(b"lo\n").await
    });
    ours
}

// ANCHOR: variable
/// Reads to the end of the line.
async fn line(socket: &mut DuplexStream) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\n") {
        if socket.read_buf(&mut bytes).await? == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(bytes)
}
// ANCHOR_END: variable

// ANCHOR: asked
async fn ask_twice() -> io::Result<()> {
    let mut socket = slow_peer();
    for attempt in ["first", "second"] {
        match timeout(PATIENCE, line(&mut socket)).await {
            Ok(line) => println!("{attempt}: {}", line?.escape_ascii()),
            Err(_) => println!("{attempt}: no line in half a second"),
        }
    }
    Ok(())
}
// ANCHOR_END: asked

// ANCHOR: field
struct Lines {
    socket: DuplexStream,
    bytes: Vec<u8>,
}

impl Lines {
    async fn line(&mut self) -> io::Result<Vec<u8>> {
        while !self.bytes.ends_with(b"\n") {
            if self.socket.read_buf(&mut self.bytes).await? == 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(mem::take(&mut self.bytes))
    }
}
// ANCHOR_END: field

async fn ask_the_lines_twice() -> io::Result<()> {
    let mut lines = Lines { socket: slow_peer(), bytes: Vec::new() };
    for attempt in ["first", "second"] {
        match timeout(PATIENCE, lines.line()).await {
            Ok(line) => println!("{attempt}: {}", line?.escape_ascii()),
            Err(_) => println!("{attempt}: no line in half a second"),
        }
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() -> io::Result<()> {
    println!("--- the bytes in a variable");
    ask_twice().await?;
    println!("--- the bytes in a field");
    ask_the_lines_twice().await
}
