//! error: E0373
//!
//! A job of the blocking pool may outlive the future that started it, so it must own what it uses.

use std::io;

use blocking::Index;
use tokio::task::spawn_blocking;

async fn read(index: Index) -> io::Result<Vec<String>> {
    spawn_blocking(|| index.lines(index.pick())?.collect()).await?
}

fn main() {
    let _ = read;
}
