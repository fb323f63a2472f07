//! Three requests leave a client. How many reads do they take, and what does each one see?
//!
//! ```console
//! $ cargo run --example 06-reads-are-not-frames
//! ```

use std::io;

use framing::{Connection, Frame};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

/// A GET, an INCR and a GET, 61 bytes together.
const REQUESTS: &[u8] =
    b"*2\r\n$3\r\nGET\r\n$1\r\na\r\n*2\r\n$4\r\nINCR\r\n$1\r\nn\r\n*2\r\n$3\r\nGET\r\n$1\r\nb\r\n";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), framing::Error> {
    for sizes in [&[61][..], &[20, 21, 20], &[27, 34]] {
        println!("sent in pieces of {sizes:?} bytes:");
        naive(network(sizes)).await?;
        framed(network(sizes)).await?;
        println!();
    }
    Ok(())
}

/// A client's requests, as a network may cut and merge them.
fn network(sizes: &[usize]) -> DuplexStream {
    let (mut client, server) = duplex(REQUESTS.len());
    let sizes = sizes.to_owned();
    tokio::spawn(async move {
        let mut rest = REQUESTS;
        for size in sizes {
            let (piece, later) = rest.split_at(size);
            client.write_all(piece).await?;
            rest = later;
            // What comes next comes after the server has read this.
            tokio::task::yield_now().await;
        }
        io::Result::Ok(())
    });
    server
}

// ANCHOR: naive
/// Takes each read for a request.
async fn naive(mut socket: DuplexStream) -> io::Result<()> {
    let mut buffer = [0; 1024];
    loop {
        match socket.read(&mut buffer).await? {
            0 => return Ok(()),
            n => println!("  a read   {}", buffer[..n].escape_ascii()),
        }
    }
}
// ANCHOR_END: naive

/// Takes a request when it is whole.
async fn framed(socket: DuplexStream) -> Result<(), framing::Error> {
    let mut connection = Connection::server(socket);
    while let Some(frame) = connection.read_frame().await? {
        let Frame::Array(words) = &frame else { unreachable!("requests are arrays") };
        println!("  a frame  {frame} of {} words", words.len());
    }
    Ok(())
}
