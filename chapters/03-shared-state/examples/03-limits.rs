//! Four limits of the crate `mini-redis` that a server built on it cannot fix.
//!
//! The dangerous one runs in a process of its own: this program, started again.
//!
//! ```console
//! $ cargo run --example 03-limits
//! ```

use std::env;
use std::io::{BufRead, BufReader, Cursor, Read};
use std::process::{Command, ExitCode, Stdio};

use mini_redis::{Connection, Frame};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

#[tokio::main]
async fn main() -> mini_redis::Result<ExitCode> {
    match env::args().nth(1).as_deref() {
        None => {
            arrays_in_arrays().await?;
            from_the_start_again();
            four_gigabytes().await?;
            small_packets().await?;
            Ok(ExitCode::SUCCESS)
        }
        Some("victim") => victim().await,
        Some(_) => {
            eprintln!("usage: cargo run --example 03-limits");
            Ok(ExitCode::from(2))
        }
    }
}

// ANCHOR: nesting
/// Arrays in arrays in arrays: the parser calls itself once for each level.
async fn arrays_in_arrays() -> mini_redis::Result<()> {
    let mut child = Command::new(env::current_exe()?)
        .arg("victim")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let mut addr = String::new();
    BufReader::new(child.stdout.take().ok_or("piped")?).read_line(&mut addr)?;

    let mut bystander = mini_redis::client::connect(addr.trim()).await?;
    let before = bystander.get("key").await?.is_none();
    let mut attacker = TcpStream::connect(addr.trim()).await?;
    // The server may be gone before everything is written, and then says nothing.
    let _ = attacker.write_all("*1\r\n".repeat(100_000).as_bytes()).await;
    let _ = attacker.shutdown().await;
    let _ = attacker.read_to_end(&mut Vec::new()).await;
    let _ = child.kill(); // in case it is alive

    let mut words = String::new();
    child.stderr.take().ok_or("piped")?.read_to_string(&mut words)?;
    println!("100000 arrays, each inside the last, 4 bytes each");
    println!("  the server ended well:       {}", child.wait()?.success());
    println!("  its stack had overflowed:    {}", words.contains("overflowed its stack"));
    println!("  another client before that:  {}", if before { "served" } else { "lost" });
    let after = bystander.get("key").await.is_ok();
    println!("  and after:                   {}", if after { "served" } else { "lost" });
    Ok(())
}
// ANCHOR_END: nesting

/// A server in a process of its own: every connection in a task, every reply nil.
async fn victim() -> mini_redis::Result<ExitCode> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    loop {
        let mut connection = Connection::new(listener.accept().await?.0);
        tokio::spawn(async move {
            while let Ok(Some(_)) = connection.read_frame().await {
                if connection.write_frame(&Frame::Null).await.is_err() {
                    break;
                }
            }
        });
    }
}

// ANCHOR: again
/// After every piece that arrives, the parser starts over at the first byte.
fn from_the_start_again() {
    let request = format!("*1000\r\n{}", "$3\r\nabc\r\n".repeat(1000));
    let (mut walked, mut pieces) = (0, 0);
    for end in (100..).step_by(100).map(|end: usize| end.min(request.len())) {
        let mut arrived = Cursor::new(&request.as_bytes()[..end]);
        let whole = Frame::check(&mut arrived).is_ok();
        (walked, pieces) = (walked + arrived.position(), pieces + 1);
        if whole {
            break;
        }
    }
    println!("a request of {} bytes that comes in {pieces} pieces", request.len());
    println!("  bytes the parser walked over: {walked}");
}
// ANCHOR_END: again

// ANCHOR: length
/// The length that a client announces has no limit, and what it sends is kept.
async fn four_gigabytes() -> mini_redis::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let mut client = TcpStream::connect(listener.local_addr()?).await?;
    let mut server = Connection::new(listener.accept().await?.0);
    let serving = tokio::spawn(async move { server.read_frame().await.is_ok() });

    client.write_all(b"$4294967296\r\n").await?;
    let mebibyte = vec![b'x'; 1 << 20];
    for _ in 0..64 {
        client.write_all(&mebibyte).await?;
    }
    println!("a value of 4 GiB, announced");
    println!("  the server took 64 MiB and wants more: {}", !serving.is_finished());
    Ok(())
}
// ANCHOR_END: length

// ANCHOR: nodelay
/// Every frame is flushed by itself, and a small packet may wait for the last one's receipt.
async fn small_packets() -> mini_redis::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let _client = TcpStream::connect(listener.local_addr()?).await?;
    let (socket, _) = listener.accept().await?;
    println!("a socket from `accept`");
    println!("  TCP_NODELAY: {}", socket.nodelay()?);
    Ok(())
}
// ANCHOR_END: nodelay
