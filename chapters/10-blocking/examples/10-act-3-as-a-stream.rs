//! Act 3 of the joke server: the file is a stream of lines.
//!
//! ```text
//! cargo run --example 10-act-3-as-a-stream                   the server, and clients that drive it
//! cargo run --example 10-act-3-as-a-stream -- serve [ADDR]   the server alone, until Ctrl-C
//! ```
//!
//! Does it work? Yes. Is it nice code? It looks like it. Is it good async code? No: this stream never returns
//! `Pending`. It is act 1 again, in other words.

use std::io;
use std::process::ExitCode;
use std::sync::Arc;

use blocking::{Index, hang_up};
use futures::{TryStreamExt, stream};
use tokio::io::{AsyncWriteExt, BufWriter};
use tokio::net::TcpStream;

// ANCHOR: tell
/// Sends a joke, and hangs up.
pub async fn tell(index: Arc<Index>, socket: TcpStream) -> io::Result<()> {
    let lines = stream::iter(index.lines(index.pick())?);
    let mut socket = lines
        .try_fold(BufWriter::new(socket), |mut socket, line| async move {
            socket.write_all(line.as_bytes()).await?;
            socket.write_all(b"\n").await?;
            Ok(socket) // to the next line, and at last to us
        })
        .await?;
    socket.flush().await?;
    hang_up(socket.into_inner()).await
}
// ANCHOR_END: tell

fn main() -> ExitCode {
    blocking::run("10-act-3-as-a-stream", Index::open, tell)
}
