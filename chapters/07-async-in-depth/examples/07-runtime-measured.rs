//! Our runtime and Tokio's serve the same echo: how many round trips a second?
//!
//! ```console
//! $ cargo run --release --example 07-runtime-measured
//! ```

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::Instant;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

const ROUNDS: usize = 4_000;

async fn echo(mut socket: impl AsyncRead + AsyncWrite + Unpin) -> io::Result<()> {
    let mut buffer = [0; 1024];
    loop {
        match socket.read(&mut buffer).await? {
            0 => return Ok(()),
            n => socket.write_all(&buffer[..n]).await?,
        }
    }
}

/// Round trips a second, with so many clients, each a thread.
fn drive(addr: SocketAddr, clients: usize) -> f64 {
    let streams: Vec<_> =
        (0..clients).map(|_| TcpStream::connect(addr).expect("it listens")).collect();
    let start = Instant::now();
    thread::scope(|scope| {
        for mut stream in streams {
            scope.spawn(move || {
                let mut reply = [0; 64];
                for _ in 0..ROUNDS {
                    stream.write_all(&[b'x'; 64]).expect("it reads");
                    stream.read_exact(&mut reply).expect("it writes");
                }
            });
        }
    });
    (clients * ROUNDS) as f64 / start.elapsed().as_secs_f64()
}

/// The best of three, since whatever disturbs a run makes it slower.
fn row(name: &str, addr: SocketAddr) {
    let best = |clients| (0..3).map(|_| drive(addr, clients)).fold(0.0, f64::max);
    let [one, ten, fifty] = [1, 10, 50].map(best);
    println!("{name:6} {one:>10.0} {ten:>12.0} {fifty:>12.0}");
}

fn main() -> io::Result<()> {
    println!("64 bytes there and back, round trips a second, the best of three runs");
    println!("         1 client   10 clients   50 clients");

    let ours = async_in_depth::Runtime::new()?;
    let listener =
        ours.block_on(async_in_depth::net::TcpListener::bind("127.0.0.1:0"))?;
    let addr = listener.local_addr()?;
    ours.block_on(async {
        async_in_depth::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                async_in_depth::spawn(echo(socket));
            }
        });
    });
    row("ours", addr);
    drop(ours);

    let tokio = tokio::runtime::Runtime::new()?;
    let listener = tokio.block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))?;
    let addr = listener.local_addr()?;
    tokio.spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            tokio::spawn(echo(socket));
        }
    });
    row("Tokio", addr);
    Ok(())
}
