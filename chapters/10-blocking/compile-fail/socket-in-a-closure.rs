//! error: captured variable cannot escape `FnMut` closure body
//!
//! A closure that is called for each line owns the socket, and each of its futures wants to borrow it.

use std::io;

use futures::{Stream, TryStreamExt};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

async fn send<S>(lines: S, mut socket: TcpStream) -> io::Result<()>
where
    S: Stream<Item = io::Result<String>>,
{
    lines
        .try_for_each(move |line| async {
            let line = line;
            socket.write_all(line.as_bytes()).await
        })
        .await
}

fn main() {
    let _ = send::<futures::stream::Empty<_>>;
}
