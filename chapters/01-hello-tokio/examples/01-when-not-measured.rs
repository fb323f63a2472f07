//! Three jobs for which async code brings nothing: one request, many files, and work for
//! the processor. Each is done without Tokio and with it.
//!
//! ```console
//! $ cargo run --release --example 01-when-not-measured
//! ```

use std::hint::black_box;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::time::{Duration, Instant};
use std::{env, fs, process, thread};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

const FILES: usize = 2_000;
const NUMBERS: u64 = 30_000_000;

fn main() -> io::Result<()> {
    let addr = server()?;
    println!("one request, from a program that makes only this one");
    row("std::net", || one_request(addr));
    row("Tokio, current_thread runtime", || {
        Builder::new_current_thread()
            .enable_all()
            .build()?
            .block_on(one_request_async(addr))
    });
    row("Tokio, multi_thread runtime", || {
        Builder::new_multi_thread()
            .enable_all()
            .build()?
            .block_on(one_request_async(addr))
    });

    let folder = Folder::with_files()?;
    println!("{FILES} small files read");
    row("std::fs, one after the other", || {
        (0..FILES).try_for_each(|i| fs::read(folder.file(i)).map(drop))
    });
    let runtime = Runtime::new()?;
    row("tokio::fs, one after the other", || {
        runtime.block_on(async {
            for i in 0..FILES {
                tokio::fs::read(folder.file(i)).await?;
            }
            Ok(())
        })
    });
    row("tokio::fs, a task for each", || {
        runtime.block_on(async {
            let tasks: JoinSet<_> =
                (0..FILES).map(|i| tokio::fs::read(folder.file(i))).collect();
            tasks.join_all().await.into_iter().try_for_each(|read| read.map(drop))
        })
    });

    println!("2 x {NUMBERS} numbers hashed");
    row("one after the other", || {
        crunch();
        crunch();
        Ok(())
    });
    row("tokio::join!", || {
        runtime.block_on(async { tokio::join!(async { crunch() }, async { crunch() }) });
        Ok(())
    });
    row("two threads", || {
        thread::scope(|scope| {
            scope.spawn(crunch);
            scope.spawn(crunch);
        });
        Ok(())
    });
    Ok(())
}

fn one_request(addr: SocketAddr) -> io::Result<()> {
    let mut stream = TcpStream::connect(addr)?;
    stream.write_all(b"PING\r\n")?;
    stream.read_exact(&mut [0; 7])
}

async fn one_request_async(addr: SocketAddr) -> io::Result<()> {
    let mut stream = tokio::net::TcpStream::connect(addr).await?;
    stream.write_all(b"PING\r\n").await?;
    stream.read_exact(&mut [0; 7]).await.map(drop)
}

/// Work for a core: there is no `.await` in it, so nothing else gets a turn on its thread.
fn crunch() {
    let step =
        |hash: u64, n: u64| (hash ^ n).wrapping_mul(0x0100_0000_01b3).rotate_left(5);
    black_box((0..black_box(NUMBERS)).fold(0xcbf2_9ce4_8422_2325, step));
}

/// Does the job eleven times and prints the median.
fn row(how: &str, mut job: impl FnMut() -> io::Result<()>) {
    let mut times = Vec::new();
    for _ in 0..11 {
        let start = Instant::now();
        if let Err(error) = job() {
            println!("  {how:34}{error}");
            return;
        }
        times.push(start.elapsed());
    }
    times.sort();
    println!("  {how:34}{:>10}", shown(times[5]));
}

fn shown(time: Duration) -> String {
    match time.as_micros() {
        micros @ 0..10_000 => format!("{micros} µs"),
        micros => format!("{} ms", micros / 1000),
    }
}

/// Answers each connection's first line.
fn server() -> io::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let addr = listener.local_addr()?;
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read_exact(&mut [0; 6]).and(stream.write_all(b"+PONG\r\n"));
        }
    });
    Ok(addr)
}

/// A folder of small files, gone again at the end.
struct Folder(PathBuf);

impl Folder {
    fn with_files() -> io::Result<Folder> {
        let folder = Folder(env::temp_dir().join(format!("when-not-{}", process::id())));
        fs::create_dir(&folder.0)?;
        for i in 0..FILES {
            fs::write(folder.file(i), "a small file")?;
        }
        Ok(folder)
    }

    fn file(&self, i: usize) -> PathBuf {
        self.0.join(i.to_string())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
