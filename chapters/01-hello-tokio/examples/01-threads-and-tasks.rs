//! A blocking client beside the async one: how many threads it takes to wait for 50 replies.
//!
//! ```console
//! $ cargo run --example 01-threads-and-tasks
//! ```
//!
//! The server here answers nobody until all 50 have asked, so that all of them wait at
//! the same time.

use std::collections::HashSet;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread::{self, ThreadId};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::task::JoinSet;

const CLIENTS: usize = 50;

// ANCHOR: blocking
/// Asks, and returns the reply with the thread that it ran on.
fn ask(addr: SocketAddr) -> io::Result<(String, ThreadId)> {
    let mut stream = TcpStream::connect(addr)?;
    stream.write_all(b"PING\r\n")?;
    let mut reply = String::new();
    stream.read_to_string(&mut reply)?;
    Ok((reply, thread::current().id()))
}
// ANCHOR_END: blocking

// ANCHOR: async
async fn ask_async(addr: SocketAddr) -> io::Result<(String, ThreadId)> {
    let mut stream = tokio::net::TcpStream::connect(addr).await?;
    stream.write_all(b"PING\r\n").await?;
    let mut reply = String::new();
    stream.read_to_string(&mut reply).await?;
    Ok((reply, thread::current().id()))
}
// ANCHOR_END: async

fn main() -> io::Result<()> {
    let (addr, server) = slow_server()?;
    let threads: Vec<_> =
        (0..CLIENTS).map(|_| thread::spawn(move || ask(addr))).collect();
    let replies = threads.into_iter().map(|thread| thread.join().expect("cannot panic"));
    report("blocking, a thread for each", replies.collect::<io::Result<_>>()?);
    server.join().expect("cannot panic")?;

    let (addr, server) = slow_server()?;
    let replies = wait_on_one_thread(addr)?;
    report("async, a task for each", replies);
    server.join().expect("cannot panic")
}

// ANCHOR: one-thread
#[tokio::main(flavor = "current_thread")]
async fn wait_on_one_thread(addr: SocketAddr) -> io::Result<Vec<(String, ThreadId)>> {
    let tasks: JoinSet<_> = (0..CLIENTS).map(|_| ask_async(addr)).collect();
    tasks.join_all().await.into_iter().collect()
}
// ANCHOR_END: one-thread

fn report(how: &str, replies: Vec<(String, ThreadId)>) {
    let answered = replies.iter().filter(|(reply, _)| reply == "+PONG\r\n").count();
    let threads: HashSet<ThreadId> =
        replies.into_iter().map(|(_, thread)| thread).collect();
    println!("{how}: {answered} replies, threads that waited: {}", threads.len());
}

/// Reads one line from every client, and only then answers the first.
fn slow_server() -> io::Result<(SocketAddr, thread::JoinHandle<io::Result<()>>)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let addr = listener.local_addr()?;
    let server = thread::spawn(move || {
        let mut asked = Vec::new();
        for _ in 0..CLIENTS {
            let mut stream = BufReader::new(listener.accept()?.0);
            stream.read_line(&mut String::new())?;
            asked.push(stream);
        }
        asked.iter().try_for_each(|stream| stream.get_ref().write_all(b"+PONG\r\n"))
    });
    Ok((addr, server))
}
