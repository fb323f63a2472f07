//! A Redis server with a task for each connection.
//!
//! ```text
//! cargo run --example 02-spawning                   the server, and clients that drive it
//! cargo run --example 02-spawning -- serve [ADDR]   the server alone, until Ctrl-C
//! ```
//!
//! It answers PING, GET and SET, and any other command with the error that Redis gives.
//!
//! Not yet: each connection has a map of its own, so clients share no keys (chapter 3).
//! No options of SET, no limit on connections, no timeout, no orderly shutdown. Frames are
//! parsed by the crate `mini-redis`, whose limits are ours too: see `02-limits`.

use probe::println; // ends quietly if nobody reads on, as behind `| head`

// ANCHOR: imports
use std::collections::HashMap;
use std::io::ErrorKind;
use std::process::ExitCode;
use std::time::Duration;

use bytes::Bytes;
use mini_redis::{Connection, Frame};
use tokio::net::{TcpListener, TcpStream};

type Db = HashMap<Bytes, Bytes>;
// ANCHOR_END: imports

// ANCHOR: main
#[tokio::main]
async fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => demo().await,
        ["serve"] => listen("127.0.0.1:6379").await,
        ["serve", addr] => listen(addr).await,
        _ => {
            eprintln!("usage: cargo run --example 02-spawning [-- serve [ADDR]]");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(err) => {
            eprintln!("{err}");
            ExitCode::FAILURE
        }
    }
}

async fn listen(addr: &str) -> mini_redis::Result<()> {
    let listener = TcpListener::bind(addr).await.map_err(|err| match err.kind() {
        ErrorKind::AddrInUse => {
            format!("{addr} is taken: `-- serve 127.0.0.1:0` picks a free port")
        }
        _ => format!("cannot listen on {addr}: {err}"),
    })?;
    let addr = listener.local_addr()?;
    println!("listening on {addr}");
    println!("try: redis-cli -h {} -p {}", addr.ip(), addr.port());
    println!(" or: cargo run --example 01-hello-tokio -- connect {addr}");
    serve(listener).await;
    Ok(())
}
// ANCHOR_END: main

// ANCHOR: serve
/// Gives every connection a task of its own. Never returns.
async fn serve(listener: TcpListener) {
    loop {
        match listener.accept().await {
            Ok((socket, _)) => {
                // The handle is dropped, and the task runs on without it.
                tokio::spawn(process(socket));
            }
            Err(err) => {
                // Out of file descriptors, perhaps: connections that end give some back.
                eprintln!("cannot accept: {err}");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}
// ANCHOR_END: serve

// ANCHOR: process
/// Serves one client to the end. What goes wrong here stays here.
async fn process(socket: TcpStream) {
    let mut connection = Connection::new(socket);
    if let Err(err) = answer(&mut connection).await {
        eprintln!("closing a connection: {err}");
        // The last word may not arrive: the client may be what failed.
        let _ = connection.write_frame(&Frame::Error(format!("ERR {err}"))).await;
    }
}

/// Answers command after command, until the client leaves between two of them.
async fn answer(connection: &mut Connection) -> mini_redis::Result<()> {
    let mut db = Db::new();
    while let Some(frame) = connection.read_frame().await? {
        if let Some(reply) = apply(&parse(frame)?, &mut db) {
            connection.write_frame(&reply).await?;
        }
    }
    Ok(())
}
// ANCHOR_END: process

// ANCHOR: parse
/// A command is an array of bulk strings; whatever else a frame holds, it is no request.
fn parse(frame: Frame) -> mini_redis::Result<Vec<Bytes>> {
    let Frame::Array(parts) = frame else {
        return Err("Protocol error: expected '*'".into());
    };
    let words = parts.into_iter().map(|part| match part {
        Frame::Bulk(word) => Ok(word),
        _ => Err("Protocol error: expected '$'".into()),
    });
    words.collect()
}
// ANCHOR_END: parse

// ANCHOR: apply
/// Runs a command. `None` for an empty one, which Redis passes over in silence.
fn apply(command: &[Bytes], db: &mut Db) -> Option<Frame> {
    let (name, args) = command.split_first()?;
    Some(match (&name.to_ascii_lowercase()[..], args) {
        (b"ping", []) => Frame::Simple("PONG".into()),
        (b"ping", [message]) => Frame::Bulk(message.clone()),
        (b"get", [key]) => db.get(key).cloned().map_or(Frame::Null, Frame::Bulk),
        // ANCHOR_END: apply
        // ANCHOR: apply-more
        (b"set", [key, value]) => {
            db.insert(key.clone(), value.clone());
            Frame::Simple("OK".into())
        }
        (b"set", [_, _, ..]) => Frame::Error("ERR syntax error".into()),
        (known @ (b"ping" | b"get" | b"set"), _) => Frame::Error(format!(
            "ERR wrong number of arguments for '{}' command",
            excerpt(known, 128)
        )),
        _ => unknown(name, args),
    })
}
// ANCHOR_END: apply-more

// ANCHOR: unknown
/// Redis's words for a command it does not know.
fn unknown(name: &[u8], args: &[Bytes]) -> Frame {
    let mut start = String::new();
    for arg in args {
        if start.len() < 128 {
            start += &format!("'{}' ", excerpt(arg, 128 - start.len()));
        }
    }
    let name = excerpt(name, 128);
    Frame::Error(format!(
        "ERR unknown command '{name}', with args beginning with: {start}"
    ))
}

/// At most `room` bytes as text without a line break, which would end the reply.
fn excerpt(bytes: &[u8], room: usize) -> String {
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(room)]);
    text.replace(['\r', '\n'], " ")
}
// ANCHOR_END: unknown

// ANCHOR: demo
/// Two clients at once, both connected from start to end, and one that is no client.
async fn demo() -> mini_redis::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let addr = listener.local_addr()?;
    tokio::spawn(serve(listener));

    let mut a = Connection::new(TcpStream::connect(addr).await?);
    let mut b = Connection::new(TcpStream::connect(addr).await?);
    ask("A", &mut a, "SET city Paris").await?;
    ask("B", &mut b, "PING").await?;
    ask("A", &mut a, "GET city").await?;
    ask("B", &mut b, "GET city").await?;
    ask("B", &mut b, "GET").await?;
    ask("B", &mut b, "FOO a b").await?;

    let mut stranger = Connection::new(TcpStream::connect(addr).await?);
    stranger.write_frame(&Frame::Simple("not a command".into())).await?;
    while let Some(frame) = stranger.read_frame().await? {
        println!("X> +not a command   {frame}");
    }
    println!("X  closed by the server");
    ask("A", &mut a, "PING").await
}

async fn ask(who: &str, server: &mut Connection, line: &str) -> mini_redis::Result<()> {
    let words = line.split(' ').map(|word| Frame::Bulk(word.to_owned().into()));
    server.write_frame(&Frame::Array(words.collect())).await?;
    let reply = server.read_frame().await?.ok_or("the server closed the connection")?;
    println!("{who}> {line:<16} {reply}");
    Ok(())
}
// ANCHOR_END: demo
