//! error: E0499
//!
//! A pinned future that borrows the stream keeps it borrowed for as long as its place is used, so
//! a second one cannot be made to put there.

use std::pin::pin;

use tokio::io::{AsyncReadExt, DuplexStream};

async fn read_both(stream: &mut DuplexStream) {
    let mut reading = pin!(stream.read_u32());
    let first = reading.as_mut().await;
    reading.set(stream.read_u32());
    println!("{first:?} {:?}", reading.await);
}

#[tokio::main]
async fn main() {
    read_both(&mut tokio::io::duplex(8).0).await;
}
