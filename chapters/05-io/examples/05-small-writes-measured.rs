//! What small writes cost: 16 bytes at a time to a socket and to a file, with and without
//! a buffer in front.
//!
//! ```console
//! $ cargo run --release --example 05-small-writes-measured
//! ```
//!
//! The ways take turns, round after round, and the medians are compared.

use std::time::{Duration, Instant};
use std::{env, process};

use tokio::fs::{self, File};
use tokio::io::{self, AsyncWrite, AsyncWriteExt, BufWriter};
use tokio::net::{TcpListener, TcpStream};

const PIECE: [u8; 16] = *b"sixteen bytes...";
const ROUNDS: usize = 15;

/// Pieces a round, with a buffer and without.
const MANY: u32 = 500_000;
const FEW: u32 = 10_000;

async fn pieces(mut writer: impl AsyncWrite + Unpin, count: u32) -> io::Result<()> {
    for _ in 0..count {
        writer.write_all(&PIECE).await?;
    }
    writer.flush().await
}

/// A socket whose peer reads and forgets.
async fn socket() -> io::Result<TcpStream> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let socket = TcpStream::connect(listener.local_addr()?).await?;
    let (mut peer, _) = listener.accept().await?;
    tokio::spawn(async move { io::copy(&mut peer, &mut io::sink()).await });
    Ok(socket)
}

async fn socket_plain(count: u32) -> io::Result<Duration> {
    let mut socket = socket().await?;
    socket.set_nodelay(true)?;
    let start = Instant::now();
    pieces(&mut socket, count).await?;
    Ok(start.elapsed())
}

async fn socket_buffered(count: u32) -> io::Result<Duration> {
    let mut socket = BufWriter::new(socket().await?);
    socket.get_ref().set_nodelay(true)?;
    let start = Instant::now();
    pieces(&mut socket, count).await?;
    Ok(start.elapsed())
}

async fn file_plain(path: &str, count: u32) -> io::Result<Duration> {
    let mut file = File::create(path).await?;
    let start = Instant::now();
    pieces(&mut file, count).await?;
    Ok(start.elapsed())
}

async fn file_buffered(path: &str, count: u32) -> io::Result<Duration> {
    let mut file = BufWriter::new(File::create(path).await?);
    let start = Instant::now();
    pieces(&mut file, count).await?;
    Ok(start.elapsed())
}

/// No async at all: one trip to a blocking thread for the whole of it.
async fn file_std(path: String, count: u32) -> io::Result<Duration> {
    let file = std::fs::File::create(path)?;
    let start = Instant::now();
    tokio::task::spawn_blocking(move || {
        use std::io::Write;
        let mut file = std::io::BufWriter::new(file);
        for _ in 0..count {
            file.write_all(&PIECE)?;
        }
        file.flush()
    })
    .await??;
    Ok(start.elapsed())
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// Seconds a piece, and how many times as many as `base`.
fn row(what: &str, each: f64, base: f64) {
    let mib = PIECE.len() as f64 / each / f64::from(1 << 20);
    let ratio = each / base;
    println!("{what:<37}{:>7.0} ns a piece{mib:>7.1} MiB/s{ratio:>8.1} x", each * 1e9);
}

#[tokio::main]
async fn main() -> io::Result<()> {
    let path = env::temp_dir().join(format!("05-small-writes-{}", process::id()));
    let path = path.to_string_lossy().into_owned();
    let mut times = [const { Vec::new() }; 5];
    for _ in 0..ROUNDS {
        times[0].push(socket_buffered(MANY).await?);
        times[1].push(socket_plain(FEW).await?);
        times[2].push(file_std(path.clone(), MANY).await?);
        times[3].push(file_buffered(&path, MANY).await?);
        times[4].push(file_plain(&path, FEW).await?);
    }
    fs::remove_file(&path).await?;
    println!("16 bytes at a time, median of {ROUNDS} rounds");
    let counts = [MANY, FEW, MANY, MANY, FEW];
    let mut each = times.into_iter().zip(counts);
    let [socket, socket_plain, std, file, file_plain] = std::array::from_fn(|_| {
        let (mut times, count) = each.next().expect("five ways");
        median(&mut times).as_secs_f64() / f64::from(count)
    });
    row("socket, BufWriter", socket, socket);
    row("socket, no buffer", socket_plain, socket);
    row("file, tokio::fs, BufWriter", file, file);
    row("file, tokio::fs, no buffer", file_plain, file);
    row("file, std::fs, in one spawn_blocking", std, file);
    Ok(())
}
