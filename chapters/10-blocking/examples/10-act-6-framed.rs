//! Act 6 of the joke server: `Framed` writes the lines, and `forward` passes them on.
//!
//! ```text
//! cargo run --example 10-act-6-framed                   the server, and clients that drive it
//! cargo run --example 10-act-6-framed -- serve [ADDR]   the server alone, until Ctrl-C
//! ```
//!
//! Does it work? As well as act 5. Is it nice code? Yes, but for the errors. Is it good async code? The writing
//! half is. The reading half is act 5's.

use std::io;
use std::process::ExitCode;
use std::sync::Arc;

use blocking::{Index, hang_up};
use futures::{StreamExt, TryStreamExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::codec::{Framed, LinesCodec, LinesCodecError};

// ANCHOR: tell
/// Sends a joke, and hangs up.
pub async fn tell(index: Arc<Index>, socket: TcpStream) -> io::Result<()> {
    let lines = ReceiverStream::new(read(index)).map_err(LinesCodecError::Io);
    let mut client = Framed::new(socket, LinesCodec::new());
    lines.forward(&mut client).await.map_err(plain)?;
    hang_up(client.into_inner()).await
}

fn plain(error: LinesCodecError) -> io::Error {
    match error {
        LinesCodecError::Io(error) => error,
        error => io::Error::other(error),
    }
}
// ANCHOR_END: tell

/// As in act 5.
fn read(index: Arc<Index>) -> mpsc::Receiver<io::Result<String>> {
    let (sender, receiver) = mpsc::channel(4);
    spawn_blocking(move || match index.lines(index.pick()) {
        Ok(lines) => {
            for line in lines {
                if sender.blocking_send(line).is_err() {
                    return;
                }
            }
        }
        Err(error) => {
            let _ = sender.blocking_send(Err(error));
        }
    });
    receiver
}

fn main() -> ExitCode {
    blocking::run("10-act-6-framed", Index::open, tell)
}
