//! A Redis server on frames of our own.
//!
//! ```text
//! cargo run --example 06-framing                   the server, and clients that drive it
//! cargo run --example 06-framing -- serve [ADDR]   the server alone, until Ctrl-C
//! ```
//!
//! GET, SET (with EX, PX, NX, XX), DEL, EXISTS, INCR, INCRBY, PING, ECHO and QUIT answer as
//! Redis 7.0 does, to the byte; CLIENT, COMMAND, CONFIG GET, HELLO, INFO and SELECT as far as
//! clients need them to connect. Everything else gets the error that Redis gives.
//!
//! Not yet: no limit on connections, no timeout, no orderly shutdown. A key whose time is over goes
//! when somebody asks for it, not before.

use probe::println; // ends quietly if nobody reads on, as behind `| head`

// ANCHOR: imports
use std::io::ErrorKind;
use std::process::ExitCode;
use std::time::Duration;

use framing::{Connection, Db, Error, Frame, Session, bind, keep_alive};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;
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
            eprintln!("usage: cargo run --example 06-framing [-- serve [ADDR]]");
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

async fn listen(addr: &str) -> Outcome {
    let listener = bind(addr).await.map_err(|err| match err.kind() {
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
    let db = Db::default();
    loop {
        match listener.accept().await {
            Ok((socket, _)) => {
                // The handle is dropped, and the task runs on without it.
                tokio::spawn(process(socket, db.clone()));
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
pub async fn process(socket: TcpStream, db: Db) {
    // We write whole batches. Nagle's algorithm would only hold the next one back.
    // Where it cannot be switched off, replies come late, but they come.
    let _ = socket.set_nodelay(true);
    // A client whose host has vanished is noticed in the end.
    let _ = keep_alive(&socket);
    let mut connection = Connection::server(socket);
    match answer(&mut connection, db).await {
        Ok(()) => {}
        Err(Error::Protocol(err)) => {
            connection.replies().error(err.words());
        }
        // The client left in the middle of a request, or the network did.
        Err(Error::Io(_)) => return,
        // No goodbye: it would wait behind the replies that nobody takes.
        Err(err @ Error::Ahead) => return eprintln!("{err}: cut off"),
    }
    connection.hang_up().await;
}

/// Answers command after command, until the client leaves between two of them or says QUIT.
async fn answer(connection: &mut Connection, db: Db) -> Result<(), Error> {
    let mut session = Session::new(db);
    while let Some((request, replies)) = connection.read_request().await? {
        if session.answer(request, replies).is_break() {
            break;
        }
    }
    Ok(())
}
// ANCHOR_END: process

// ANCHOR: demo
/// A client that waits for each answer, one that sends a batch, and one that sends bare bytes.
async fn demo() -> Outcome {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let addr = listener.local_addr()?;
    tokio::spawn(serve(listener));

    let mut client = Connection::client(TcpStream::connect(addr).await?);
    for line in ["SET city Paris", "SET city Rome NX", "GET city", "INCR city"] {
        client.write_frame(&Frame::request(line.split(' '))).await?;
        println!("{line:<18} {}", reply(&mut client).await?);
    }

    println!("\nfour requests, one write:");
    let batch = ["INCR visits", "INCR visits", "EXISTS city visits", "FLY to Rome"];
    for line in batch {
        client.write_frame(&Frame::request(line.split(' '))).await?;
    }
    for line in batch {
        println!("{line:<18} {}", reply(&mut client).await?);
    }

    println!("\nthe bytes themselves:");
    for sent in ["PING\r\n", "*2\r\n$3\r\nGET\r\n$4\r\ncity\r\n", "*1\r\n:7\r\n"] {
        let mut socket = TcpStream::connect(addr).await?;
        socket.write_all(sent.as_bytes()).await?;
        socket.shutdown().await?;
        let mut received = String::new();
        socket.read_to_string(&mut received).await?;
        println!("> {}", sent.replace("\r\n", "\\r\\n"));
        println!("< {}", received.replace("\r\n", "\\r\\n"));
    }
    Ok(())
}

async fn reply(server: &mut Connection) -> Outcome<Frame> {
    Ok(server.read_frame().await?.ok_or("the server closed the connection")?)
}
// ANCHOR_END: demo
