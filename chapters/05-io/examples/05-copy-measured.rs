//! `io::copy` against the same loop by hand, with buffers of three sizes, over loopback.
//!
//! ```console
//! $ cargo run --release --example 05-copy-measured
//! ```
//!
//! The ways take turns, round after round, and the medians are compared.

use std::time::{Duration, Instant};

use tokio::io::{self, AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const LENGTH: usize = 128 << 20;
const ROUNDS: usize = 16;

#[derive(Clone, Copy)]
enum Way {
    Copy,
    ByHand { buffer: usize },
}

async fn echo(mut socket: TcpStream, way: Way) -> io::Result<()> {
    match way {
        Way::Copy => {
            let (mut reader, mut writer) = socket.split();
            io::copy(&mut reader, &mut writer).await?;
        }
        Way::ByHand { buffer } => {
            let mut buffer = vec![0; buffer];
            loop {
                let n = socket.read(&mut buffer).await?;
                if n == 0 {
                    break;
                }
                socket.write_all(&buffer[..n]).await?;
            }
        }
    }
    socket.shutdown().await
}

/// How long it takes to send `LENGTH` bytes and to read them all back.
async fn round(way: Way) -> io::Result<Duration> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let mut client = TcpStream::connect(listener.local_addr()?).await?;
    let (socket, _) = listener.accept().await?;
    tokio::spawn(echo(socket, way));
    let start = Instant::now();
    let (mut reader, mut writer) = client.split();
    let send = async {
        let piece = vec![b'x'; 1 << 20];
        for _ in 0..LENGTH / piece.len() {
            writer.write_all(&piece).await?;
        }
        writer.shutdown().await
    };
    let receive = async {
        let mut buffer = vec![0; 1 << 20];
        let mut received = 0;
        loop {
            match reader.read(&mut buffer).await? {
                0 => return io::Result::Ok(received),
                n => received += n,
            }
        }
    };
    let ((), received) = tokio::try_join!(send, receive)?;
    assert_eq!(received, LENGTH);
    Ok(start.elapsed())
}

#[tokio::main]
async fn main() -> io::Result<()> {
    const WAYS: [(&str, Way); 4] = [
        ("io::copy (8 KiB)", Way::Copy),
        ("by hand, 8 KiB", Way::ByHand { buffer: 8 << 10 }),
        ("by hand, 1 KiB", Way::ByHand { buffer: 1 << 10 }),
        ("by hand, 64 KiB", Way::ByHand { buffer: 64 << 10 }),
    ];
    let mut times = WAYS.map(|_| Vec::new());
    for turn in 0..ROUNDS {
        for n in 0..WAYS.len() {
            let n = (n + turn) % WAYS.len(); // nobody is always first
            times[n].push(round(WAYS[n].1).await?);
        }
    }
    println!("128 MiB echoed over loopback, median of {ROUNDS} rounds");
    let mut base = 0.0;
    for ((what, _), times) in WAYS.iter().zip(&mut times) {
        times.sort();
        let rate = 128.0 / times[ROUNDS / 2].as_secs_f64();
        if base == 0.0 {
            base = rate;
        }
        println!("{what:<18}{rate:>6.0} MiB/s{:>7.2} x", rate / base);
    }
    Ok(())
}
