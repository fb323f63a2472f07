//! Act 5 of the joke server: a thread reads, a task writes, a channel between them.
//!
//! ```text
//! cargo run --example 10-act-5-a-channel                   the server, and clients that drive it
//! cargo run --example 10-act-5-a-channel -- serve [ADDR]   the server alone, until Ctrl-C
//! ```
//!
//! Does it work? Until many clients read slowly. Is it nice code? Yes. Is it good async code? No: a thread of the
//! pool waits for a client.

use std::io;
use std::process::ExitCode;
use std::sync::Arc;

use blocking::{Index, hang_up};
use tokio::io::{AsyncWriteExt, BufWriter};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

// ANCHOR: read
/// The lines of a joke, read on the blocking pool, at most four ahead of whoever receives them.
pub fn read(index: Arc<Index>) -> mpsc::Receiver<io::Result<String>> {
    let (sender, receiver) = mpsc::channel(4);
    spawn_blocking(move || match index.lines(index.pick()) {
        Ok(lines) => {
            for line in lines {
                if sender.blocking_send(line).is_err() {
                    return; // the client has left: nobody wants the rest
                }
            }
        }
        Err(error) => {
            let _ = sender.blocking_send(Err(error));
        }
    });
    receiver
}
// ANCHOR_END: read

// ANCHOR: tell
/// Sends a joke, and hangs up.
pub async fn tell(index: Arc<Index>, socket: TcpStream) -> io::Result<()> {
    let mut lines = read(index);
    let mut socket = BufWriter::new(socket);
    while let Some(line) = lines.recv().await {
        socket.write_all(line?.as_bytes()).await?;
        socket.write_all(b"\n").await?;
    }
    socket.flush().await?;
    hang_up(socket.into_inner()).await
}
// ANCHOR_END: tell

fn main() -> ExitCode {
    blocking::run("10-act-5-a-channel", Index::open, tell)
}
