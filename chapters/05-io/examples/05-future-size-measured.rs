//! What an echo costs while it waits: the size of its future, by where the buffer is.
//!
//! ```console
//! $ cargo run --release --example 05-future-size-measured
//! ```

use tokio::io::{self, AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

const ROOM: usize = 8 * 1024;

async fn array(mut socket: DuplexStream) -> io::Result<()> {
    let mut buffer = [0; ROOM];
    loop {
        let n = socket.read(&mut buffer).await?;
        if n == 0 {
            return socket.shutdown().await;
        }
        socket.write_all(&buffer[..n]).await?;
    }
}

async fn vector(mut socket: DuplexStream) -> io::Result<()> {
    let mut buffer = vec![0; ROOM];
    loop {
        let n = socket.read(&mut buffer).await?;
        if n == 0 {
            return socket.shutdown().await;
        }
        socket.write_all(&buffer[..n]).await?;
    }
}

async fn copy(mut socket: DuplexStream) -> io::Result<()> {
    let (mut reader, mut writer) = io::split(&mut socket);
    io::copy(&mut reader, &mut writer).await?;
    writer.shutdown().await
}

/// A function that awaits another stores its future, and so does whoever awaits this one.
async fn logged(echo: impl Future<Output = io::Result<()>>) -> io::Result<()> {
    println!("never printed: nobody polls it");
    echo.await
}

/// An array that no `.await` sees is not stored.
async fn array_before(mut socket: DuplexStream) -> io::Result<()> {
    let sum: usize = {
        let buffer = [1; ROOM];
        buffer.iter().sum()
    };
    socket.write_all(&sum.to_be_bytes()).await
}

fn row(what: &str, bytes: usize) {
    println!("{what:<44}{bytes:>7} bytes");
}

fn main() {
    let socket = || duplex(1).0;
    row("the socket alone", size_of::<DuplexStream>());
    row("read and write_all, the buffer an array", size_of_val(&array(socket())));
    row("read and write_all, the buffer a vector", size_of_val(&vector(socket())));
    row("io::copy", size_of_val(&copy(socket())));
    row("the array, awaited by a function", size_of_val(&logged(array(socket()))));
    row("and by another one", size_of_val(&logged(logged(array(socket())))));
    row(
        "the vector, awaited by two functions",
        size_of_val(&logged(logged(vector(socket())))),
    );
    row(
        "an array used up before the first `.await`",
        size_of_val(&array_before(socket())),
    );
}
