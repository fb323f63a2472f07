//! A TCP client that copies any reader to a server, and any writer gets what comes back.
//!
//! ```console
//! $ cargo run --example 05-client
//! $ cargo run --example 05-client -- connect 127.0.0.1:6379
//! ```
//!
//! Without arguments it talks to an echo server in this process, from slices and files into
//! vectors, files, and standard output. With `connect` it sends what you type.
//!
//! Not yet: a time limit, encryption.

use std::net::SocketAddr;
use std::{env, process};

use tokio::fs::{self, File};
use tokio::io::{self, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

// ANCHOR: talk
/// Copies `input` to the server and its replies to `output`, both at the same time, until
/// the server is done. Returns how many bytes came back.
///
/// Not cancel safe: bytes that were read may not have been written yet.
async fn talk<I, O>(addr: SocketAddr, mut input: I, mut output: O) -> io::Result<u64>
where
    I: AsyncRead + Unpin,
    O: AsyncWrite + Unpin,
{
    let mut server = TcpStream::connect(addr).await?;
    let (mut replies, mut requests) = server.split();
    let send = async {
        io::copy(&mut input, &mut requests).await?;
        requests.shutdown().await
    };
    let receive = async {
        let n = io::copy(&mut replies, &mut output).await?;
        output.flush().await?;
        Ok(n)
    };
    let ((), n) = tokio::try_join!(send, receive)?;
    Ok(n)
}
// ANCHOR_END: talk

// ANCHOR: demo
async fn demo(addr: SocketAddr) -> io::Result<()> {
    let mut vector = Vec::new();
    let n = talk(addr, &b"from a slice into a vector"[..], &mut vector).await?;
    println!("{n:>7} bytes: {}", String::from_utf8_lossy(&vector));

    let path = env::temp_dir().join(format!("05-client-{}.txt", process::id()));
    let file = File::create(&path).await?;
    let n = talk(addr, &b"from a file to standard output\n"[..], file).await?;
    println!("{n:>7} bytes: from a slice into a file");

    print!("{n:>7} bytes: ");
    talk(addr, File::open(&path).await?, io::stdout()).await?;
    fs::remove_file(&path).await?;

    let n = talk(addr, io::repeat(b'x').take(1_000_000), io::sink()).await?;
    println!("{n:>7} bytes: from `repeat` into `sink`");

    let two = (&b"two readers "[..]).chain(&b"in a row"[..]);
    let mut vector = Vec::new();
    let n = talk(addr, two, &mut vector).await?;
    println!("{n:>7} bytes: {}", String::from_utf8_lossy(&vector));

    let n = talk(addr, io::empty(), io::sink()).await?;
    println!("{n:>7} bytes: from `empty`, which is at its end from the start");
    Ok(())
}
// ANCHOR_END: demo

/// The echo server of the stage, in three lines.
async fn echo(listener: TcpListener) -> io::Result<()> {
    loop {
        let (mut socket, _) = listener.accept().await?;
        tokio::spawn(async move {
            let (mut reader, mut writer) = socket.split();
            io::copy(&mut reader, &mut writer).await?;
            writer.shutdown().await
        });
    }
}

#[tokio::main]
async fn main() {
    let args: Vec<String> = env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let outcome = match args[..] {
        [] => alone().await,
        ["connect"] => connect("127.0.0.1:6379").await,
        ["connect", addr] => connect(addr).await,
        _ => {
            eprintln!("usage: cargo run --example 05-client [-- connect [ADDR]]");
            process::exit(2);
        }
    };
    if let Err(error) = outcome {
        eprintln!("{error}");
        process::exit(1);
    }
    // Not `return`: a thread may be waiting for a key on standard input, and nothing can
    // interrupt it. The runtime would wait for that thread.
    process::exit(0);
}

async fn alone() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let addr = listener.local_addr()?;
    tokio::spawn(echo(listener));
    demo(addr).await
}

/// Standard input to the server, the server to standard output, until the server is done.
async fn connect(addr: &str) -> io::Result<()> {
    let server = TcpStream::connect(addr).await.map_err(|error| {
        io::Error::other(format!("no server answers on {addr}: {error}"))
    })?;
    eprintln!("connected to {addr}: type lines, end with Ctrl-D");
    // A task outlives this function's borrows: it needs a half of its own.
    let (mut replies, mut requests) = server.into_split();
    tokio::spawn(async move {
        io::copy(&mut io::stdin(), &mut requests).await?;
        requests.shutdown().await
    });
    io::copy(&mut replies, &mut io::stdout()).await?;
    Ok(())
}
