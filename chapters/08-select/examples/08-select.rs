//! A Redis server that stops in order, and hangs up on clients that have gone quiet.
//!
//! ```text
//! cargo run --example 08-select             the server, and clients that drive it
//! cargo run --example 08-select -- serve [ADDR [--timeout SECONDS]]
//!                                           the server alone, until Ctrl-C or SIGTERM
//! ```
//!
//! The commands are those of chapter 06. At Ctrl-C or SIGTERM, the server accepts no more
//! connections, runs no more requests, and sends the replies to those it has run.
//! `timeout` is Redis's setting: a client is disconnected after that many seconds without
//! traffic in either direction, and 0 means never.
//!
//! Not yet: no limit on connections. A key that has expired is removed when somebody asks
//! for it, not before.

use probe::println; // ends quietly if nobody reads on, as behind `| head`

// ANCHOR: imports
use std::io::ErrorKind;
use std::pin::pin;
use std::process::ExitCode;
use std::time::Duration;

use framing::{Connection, Db, Error, Frame, Session, bind, keep_alive};
use select::{Activity, Shutdown, Watched, serve, signal};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;
// ANCHOR_END: imports

// ANCHOR: main
#[tokio::main]
async fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => demo().await,
        ["serve"] => listen("127.0.0.1:6379", 0).await,
        ["serve", addr] => listen(addr, 0).await,
        ["serve", addr, "--timeout", seconds] if seconds.parse::<u32>().is_ok() => {
            listen(addr, seconds.parse().unwrap_or_default()).await
        }
        _ => {
            eprintln!(
                "usage: cargo run --example 08-select [-- serve [ADDR [--timeout SECONDS]]]"
            );
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

async fn listen(addr: &str, timeout: u32) -> Outcome {
    let listener = bind(addr).await.map_err(|err| match err.kind() {
        ErrorKind::AddrInUse => {
            format!("{addr} is taken: `-- serve 127.0.0.1:0` picks a free port")
        }
        _ => format!("cannot listen on {addr}: {err}"),
    })?;
    let addr = listener.local_addr()?;
    let shutdown = Shutdown::when(signal()?);
    println!("listening on {addr}");
    println!("try: redis-cli -h {} -p {}", addr.ip(), addr.port());
    println!(" or: cargo run --example 01-hello-tokio -- connect {addr}");
    let timeout = Duration::from_secs(timeout.into());
    match run(listener, shutdown, Db::default(), timeout).await {
        0 => println!("all connections have ended"),
        late => println!("connections that did not end in time: {late}"),
    }
    Ok(())
}

/// Serves until shutdown. Returns how many connections did not end in time.
async fn run(
    listener: TcpListener,
    shutdown: Shutdown,
    db: Db,
    timeout: Duration,
) -> usize {
    serve(listener, shutdown, |socket, shutdown| {
        process(socket, shutdown, db.clone(), timeout)
    })
    .await
}
// ANCHOR_END: main

// ANCHOR: process
/// Serves one client to the end. What goes wrong here stays here. Returns whether the
/// client was sent everything, if it did not leave first.
pub async fn process(
    socket: TcpStream,
    shutdown: Shutdown,
    db: Db,
    timeout: Duration,
) -> bool {
    // We write whole batches. Nagle's algorithm would only hold the next one back.
    // Where it cannot be switched off, replies come late, but they come.
    let _ = socket.set_nodelay(true);
    // A client whose host has vanished is noticed in the end.
    let _ = keep_alive(&socket);
    let (socket, activity) = Watched::new(socket);
    let mut connection = Connection::server(socket);
    match answer(&mut connection, db, shutdown, activity, timeout).await {
        Ok(()) => {}
        Err(Error::Protocol(err)) => {
            connection.replies().error(err.words());
        }
        // The client left in the middle of a request, or the network did.
        Err(Error::Io(_)) => return true,
        // No goodbye: it would wait behind the replies that nobody takes.
        Err(err @ Error::Ahead) => {
            eprintln!("{err}: cut off");
            return false;
        }
    }
    // Sends what has been answered, whatever ended the loop.
    connection.hang_up().await
}
// ANCHOR_END: process

// ANCHOR: signature
/// Answers command after command. Ends when the client leaves between two of them, says
/// QUIT, or has been quiet for `timeout` (zero: never), or when shutdown begins.
///
/// Cancel safe, in this sense: the replies to all that was run are in the connection, to
/// be sent.
pub async fn answer<S: AsyncRead + AsyncWrite + Unpin>(
    connection: &mut Connection<S>,
    db: Db,
    mut shutdown: Shutdown,
    activity: Activity,
    timeout: Duration,
) -> Result<(), Error> {
    // ANCHOR_END: signature
    // ANCHOR: loop
    let mut session = Session::new(db);
    // Both outlive the rounds of the loop: they lose nothing when another branch wins.
    let mut shutdown = pin!(shutdown.recv());
    let mut idle = pin!(sleep_until(activity.last() + timeout));
    loop {
        tokio::select! {
            // From the top: a client that never pauses cannot put off the shutdown, and
            // a request that has arrived is answered, even if time is up just then.
            biased;
            () = &mut shutdown => break,
            request = connection.read_request() => {
                let Some((request, replies)) = request? else { break };
                // No `.await` from here to the reply: a request has been run and
                // answered, or neither.
                if session.answer(request, replies).is_break() {
                    break;
                }
            }
            () = &mut idle, if !timeout.is_zero() => {
                // If bytes have moved since the timer was set, it is set again.
                let deadline = activity.last() + timeout;
                if deadline <= Instant::now() {
                    break;
                }
                idle.as_mut().reset(deadline);
            }
        }
    }
    Ok(())
    // ANCHOR_END: loop
}

// ANCHOR: demo
/// A client that goes quiet, and one that never pauses while the server is told to stop.
async fn demo() -> Outcome {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let addr = listener.local_addr()?;
    let db = Db::default();
    let (stop, shutdown) = watch::channel(false);
    let timeout = Duration::from_millis(500);
    let server = run(listener, shutdown.into(), db.clone(), timeout);
    // `join!`, not `spawn`: `stop` is dropped with the clients, so if they fail, the
    // server still ends.
    let (late, outcome) = tokio::join!(server, clients(addr, &db, stop));
    outcome?;
    println!("server             stopped, {late} connections aborted");
    match TcpStream::connect(addr).await {
        Ok(_) => println!("new client         connected"),
        Err(err) => println!("new client         {}", err.kind()),
    }
    Ok(())
}

async fn clients(
    addr: std::net::SocketAddr,
    db: &Db,
    stop: watch::Sender<bool>,
) -> Outcome {
    let mut client = Connection::client(TcpStream::connect(addr).await?);
    client.write_frame(&Frame::request(["PING"])).await?;
    println!("PING               {}", reply(&mut client).await?);
    println!("(no word since)    {}", reply(&mut client).await?);

    println!("\nINCR without a pause, fifty on their way at any time:");
    let mut client = Connection::client(TcpStream::connect(addr).await?);
    for _ in 0..50 {
        client.write_frame(&Frame::request(["INCR", "visits"])).await?;
    }
    let mut replies = 0;
    let end = loop {
        match client.read_frame().await {
            Ok(Some(Frame::Integer(n))) if n == replies + 1 => replies = n,
            Ok(None) => break "the connection ended between two replies".to_owned(),
            other => break format!("{other:?} after reply {replies}"),
        }
        if replies == 1000 {
            stop.send_replace(true);
            println!("reply 1000         shutdown begins");
        }
        client.write_frame(&Frame::request(["INCR", "visits"])).await?;
    };
    println!("then               {end}");
    let visits = db.get(b"visits").unwrap_or_default();
    let same = visits == replies.to_string();
    println!("replies and visits {}", if same { "equal" } else { "differ" });
    Ok(())
}

async fn reply(server: &mut Connection) -> Outcome<String> {
    Ok(match server.read_frame().await? {
        Some(frame) => frame.to_string(),
        None => "closed by the server".to_owned(),
    })
}
// ANCHOR_END: demo
