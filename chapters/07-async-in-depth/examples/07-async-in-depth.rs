//! Stage 07: chapter 05's echo server, on a runtime of our own.
//!
//! ```console
//! $ cargo run --example 07-async-in-depth
//! $ cargo run --example 07-async-in-depth -- serve 127.0.0.1:7007
//! ```
//!
//! Without arguments it serves both ways, each on a free port, and drives them with clients of
//! its own. With `serve` it sends back what it is sent until Ctrl-C.
//!
//! Tasks, sockets and timers are those of the library `async_in_depth`. From Tokio come traits
//! and what is built on them alone: `read_exact`, `copy`, `try_join!`. They run on any runtime.
//!
//! Not yet: a limit on connections, a time limit for a silent client, an orderly end.

use probe::println; // ends quietly if nobody reads on, as behind `| head`

// ANCHOR: imports
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;
use std::{env, process::ExitCode};

use async_in_depth::net::{TcpListener, TcpStream};
use async_in_depth::{Runtime, spawn, time};
use tokio::io::{self, AsyncReadExt, AsyncWriteExt};
// ANCHOR_END: imports

// ANCHOR: by_hand
/// Sends back every byte until the client has no more, then ends its own direction too.
async fn echo_by_hand(mut socket: TcpStream) -> io::Result<()> {
    // On the heap, because what lives across an `.await` is stored in the future.
    let mut buffer = vec![0; 8 * 1024];
    loop {
        let n = socket.read(&mut buffer).await?;
        if n == 0 {
            break; // the client has shut down its direction
        }
        socket.write_all(&buffer[..n]).await?;
    }
    socket.shutdown().await
}
// ANCHOR_END: by_hand

// ANCHOR: with_copy
/// The same. `copy` wants a reader and a writer, and `split` makes both of one socket.
async fn echo_with_copy(mut socket: TcpStream) -> io::Result<()> {
    let (mut reader, mut writer) = socket.split();
    io::copy(&mut reader, &mut writer).await?;
    writer.shutdown().await
}
// ANCHOR_END: with_copy

// ANCHOR: serve
/// Gives every connection a task of its own. Never returns.
async fn serve<F>(listener: TcpListener, echo: fn(TcpStream) -> F)
where
    F: Future<Output = io::Result<()>> + Send + 'static,
{
    loop {
        match listener.accept().await {
            Ok((socket, peer)) => {
                let echoing = echo(socket);
                spawn(async move {
                    if let Err(error) = echoing.await {
                        eprintln!("{peer}: {error}");
                    }
                });
            }
            Err(error) => {
                // Out of file descriptors, perhaps: connections that end give some back.
                eprintln!("cannot accept: {error}");
                time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}
// ANCHOR_END: serve

// ANCHOR: clients
/// One client that takes turns with the server, and one that sends while it receives.
async fn drive(addr: SocketAddr) -> io::Result<()> {
    let mut a = TcpStream::connect(addr).await?;
    say(&mut a, "hello").await?;
    say(&mut a, "καλημέρα").await?;

    let mut b = TcpStream::connect(addr).await?;
    let back = send_and_receive(&mut b, 8 << 20).await?;
    println!("B  8 MiB sent, {back} bytes back, both at the same time");

    say(&mut a, "still there?").await?;
    a.shutdown().await?;
    let n = a.read_to_end(&mut Vec::new()).await?;
    println!("A  shut down; {n} bytes until the end");
    crowd(addr, 100).await
}

/// Many clients, all connected before the first of them says anything.
async fn crowd(addr: SocketAddr, clients: usize) -> io::Result<()> {
    let mut crowd = Vec::new();
    for _ in 0..clients {
        crowd.push(TcpStream::connect(addr).await?);
    }
    let mut tasks = Vec::new();
    for (n, mut socket) in crowd.into_iter().enumerate() {
        tasks.push(spawn(async move {
            let line = format!("client {n}");
            socket.write_all(line.as_bytes()).await?;
            socket.shutdown().await?;
            let mut reply = String::new();
            socket.read_to_string(&mut reply).await?;
            io::Result::Ok(reply == line)
        }));
    }
    let mut right = 0;
    for task in tasks {
        right += usize::from(task.await.map_err(io::Error::other)??);
    }
    println!("C  {clients} clients at the same time, {right} had their own line back");
    Ok(())
}

/// Sends a line and reads exactly as many bytes.
async fn say(socket: &mut TcpStream, line: &str) -> io::Result<()> {
    socket.write_all(line.as_bytes()).await?;
    let mut reply = vec![0; line.len()];
    socket.read_exact(&mut reply).await?;
    println!("A> {line}\n   {}", String::from_utf8_lossy(&reply));
    Ok(())
}

/// Sends while it receives. Returns how many bytes came back unchanged.
async fn send_and_receive(socket: &mut TcpStream, length: usize) -> io::Result<usize> {
    let message: Vec<u8> = (0..length).map(|i| (i % 251) as u8).collect();
    let mut reply = Vec::new();
    let (mut reader, mut writer) = socket.split();
    let send = async {
        writer.write_all(&message).await?;
        writer.shutdown().await // without it, the server waits for more, and we for the end
    };
    tokio::try_join!(send, reader.read_to_end(&mut reply))?;
    Ok(message.iter().zip(&reply).take_while(|(sent, back)| sent == back).count())
}
// ANCHOR_END: clients

// ANCHOR: runtime
fn main() -> ExitCode {
    match Runtime::new() {
        Ok(runtime) => runtime.block_on(run()),
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
// ANCHOR_END: runtime

// ANCHOR: main
async fn run() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let outcome = match args[..] {
        [] => demo().await,
        ["serve"] => listen("127.0.0.1:6379").await,
        ["serve", addr] => listen(addr).await,
        _ => {
            eprintln!("usage: cargo run --example 07-async-in-depth [-- serve [ADDR]]");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn demo() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let by_hand = listener.local_addr()?;
    spawn(serve(listener, echo_by_hand));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let with_copy = listener.local_addr()?;
    spawn(serve(listener, echo_with_copy));

    println!("--- read and write_all");
    drive(by_hand).await?;
    println!("--- io::copy");
    drive(with_copy).await
}

async fn listen(addr: &str) -> io::Result<()> {
    let listener = TcpListener::bind(addr).await.map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => io::Error::other(format!(
            "{addr} is taken: `-- serve 127.0.0.1:0` picks a free port"
        )),
        _ => io::Error::other(format!("cannot listen on {addr}: {error}")),
    })?;
    let addr = listener.local_addr()?;
    println!("listening on {addr}");
    println!("try: cargo run --example 05-client -- connect {addr}");
    serve(listener, echo_with_copy).await;
    Ok(())
}
// ANCHOR_END: main
