//! Act 7 of the joke server: `tokio::fs` opens and reads the file.
//!
//! ```text
//! cargo run --example 10-act-7-tokio-fs                   the server, and clients that drive it
//! cargo run --example 10-act-7-tokio-fs -- serve [ADDR]   the server alone, until Ctrl-C
//! ```
//!
//! Does it work? Yes. Is it nice code? Yes. Is it good async code? Yes: no thread waits for a client. But every
//! operation on the file is a trip to the blocking pool.

use std::io;
use std::process::ExitCode;
use std::sync::Arc;

use blocking::{Index, hang_up};
use futures::StreamExt;
use tokio::fs::File;
use tokio::net::TcpStream;
use tokio_util::codec::{Framed, FramedRead, LinesCodec, LinesCodecError};

// ANCHOR: tell
/// Sends a joke, and hangs up.
pub async fn tell(index: Arc<Index>, socket: TcpStream) -> io::Result<()> {
    let joke = index.pick();
    let file = FramedRead::new(File::open(index.path()).await?, LinesCodec::new());
    let lines = file.skip(joke.start).take(joke.len());
    let mut client = Framed::new(socket, LinesCodec::new());
    lines.forward(&mut client).await.map_err(plain)?;
    hang_up(client.into_inner()).await
}
// ANCHOR_END: tell

fn plain(error: LinesCodecError) -> io::Error {
    match error {
        LinesCodecError::Io(error) => error,
        error => io::Error::other(error),
    }
}

fn main() -> ExitCode {
    blocking::run("10-act-7-tokio-fs", Index::open, tell)
}
