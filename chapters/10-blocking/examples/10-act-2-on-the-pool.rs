//! Act 2 of the joke server: the file is read on the blocking pool.
//!
//! ```text
//! cargo run --example 10-act-2-on-the-pool                   the server, and clients that drive it
//! cargo run --example 10-act-2-on-the-pool -- serve [ADDR]   the server alone, until Ctrl-C
//! ```
//!
//! Does it work? Yes. Is it nice code? Yes. Is it good async code? Yes, as long as reading takes longer than
//! going to another thread and back.

use std::io;
use std::process::ExitCode;
use std::sync::Arc;

use blocking::{Index, hang_up};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::task::spawn_blocking;

// ANCHOR: tell
/// Sends a joke, and hangs up.
pub async fn tell(index: Arc<Index>, mut socket: TcpStream) -> io::Result<()> {
    let joke = spawn_blocking(move || read(&index)).await??;
    socket.write_all(joke.as_bytes()).await?;
    hang_up(socket).await
}

fn read(index: &Index) -> io::Result<String> {
    let mut joke = String::new();
    for line in index.lines(index.pick())? {
        joke += &line?;
        joke += "\n";
    }
    Ok(joke)
}
// ANCHOR_END: tell

fn main() -> ExitCode {
    blocking::run("10-act-2-on-the-pool", Index::open, tell)
}
