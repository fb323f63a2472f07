//! error: E0499
//!
//! All branches' futures exist at the same time, so they cannot borrow the same stream mutably.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

async fn either(stream: &mut TcpStream, input: &mut [u8], output: &[u8]) {
    tokio::select! {
        read = stream.read(input) => println!("{read:?}"),
        written = stream.write_all(output) => println!("{written:?}"),
    }
}

fn main() {
    let _ = either;
}
