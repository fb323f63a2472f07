//! Act 8 of the joke server: all lines are in memory.
//!
//! ```text
//! cargo run --example 10-act-8-cached                   the server, and clients that drive it
//! cargo run --example 10-act-8-cached -- serve [ADDR]   the server alone, until Ctrl-C
//! ```
//!
//! Does it work? Yes. Is it nice code? It is the shortest. Is it good async code? Yes: it waits for the client,
//! and for nothing else.

use std::io;
use std::process::ExitCode;
use std::sync::Arc;

use blocking::{Cache, hang_up};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

// ANCHOR: tell
/// Sends a joke, and hangs up.
pub async fn tell(cache: Arc<Cache>, mut socket: TcpStream) -> io::Result<()> {
    socket.write_all(cache.pick().as_bytes()).await?;
    hang_up(socket).await
}
// ANCHOR_END: tell

fn main() -> ExitCode {
    blocking::run("10-act-8-cached", Cache::open, tell)
}
