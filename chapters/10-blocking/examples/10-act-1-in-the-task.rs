//! Act 1 of the joke server: the file is read where the client is served.
//!
//! ```text
//! cargo run --example 10-act-1-in-the-task                   the server, and clients that drive it
//! cargo run --example 10-act-1-in-the-task -- serve [ADDR]   the server alone, until Ctrl-C
//! ```
//!
//! Does it work? Yes. Is it nice code? It is short. Is it good async code? No: while a file is read, the
//! thread serves nobody else.

use std::io;
use std::process::ExitCode;
use std::sync::Arc;

use blocking::{Index, hang_up};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

// ANCHOR: tell
/// Sends a joke, and hangs up.
pub async fn tell(index: Arc<Index>, mut socket: TcpStream) -> io::Result<()> {
    let mut joke = String::new();
    for line in index.lines(index.pick())? {
        joke += &line?;
        joke += "\n";
    }
    socket.write_all(joke.as_bytes()).await?;
    hang_up(socket).await
}
// ANCHOR_END: tell

// ANCHOR: main
fn main() -> ExitCode {
    blocking::run("10-act-1-in-the-task", Index::open, tell)
}
// ANCHOR_END: main
