//! A Redis server that delivers what is published to whoever has subscribed.
//!
//! ```text
//! cargo run --example 09-streams            the server, and clients that drive it
//! cargo run --example 09-streams -- serve [ADDR [--timeout SECONDS]]
//!                                           the server alone, until Ctrl-C or SIGTERM
//! ```
//!
//! SUBSCRIBE, UNSUBSCRIBE, PSUBSCRIBE, PUNSUBSCRIBE, PUBLISH, RESET, and PUBSUB with
//! CHANNELS, NUMSUB and NUMPAT answer as in Redis 7.0, in RESP2 and RESP3. The other commands
//! are those of chapter 06.
//!
//! A publisher never waits for a subscriber. A subscriber that does not read is cut off when
//! more than 32 MiB wait for it, as in Redis (`client-output-buffer-limit pubsub 32mb 8mb 60`,
//! without the rule about 8 MiB for a minute).
//!
//! A pattern has 64 KiB at most, and matches in a million steps or not at all. (Redis 7.0
//! has neither limit.)
//!
//! Not yet: no limit on connections. A key that has expired is removed when somebody asks for
//! it, not before.

use probe::println; // ends quietly if nobody reads on, as behind `| head`

// ANCHOR: imports
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::pin::pin;
use std::process::ExitCode;
use std::time::Duration;

use framing::{Connection, Db, Error, Frame, bind, keep_alive};
use futures::StreamExt;
use select::{Activity, Shutdown, Watched, serve, signal};
use streams::{Client, Hub};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// How many bytes may wait for a subscriber that does not read.
const LIMIT: usize = 32 << 20;
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
                "usage: cargo run --example 09-streams [-- serve [ADDR [--timeout SECONDS]]]"
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
    let hub = Hub::new(LIMIT);
    serve(listener, shutdown, |socket, shutdown| {
        let client = Client::new(db.clone(), hub.clone());
        process(socket, shutdown, client, timeout)
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
    mut client: Client,
    timeout: Duration,
) -> bool {
    // We write whole batches. Nagle's algorithm would only hold the next one back.
    // Where it cannot be switched off, replies come late, but they come.
    let _ = socket.set_nodelay(true);
    // A client whose host has vanished is noticed in the end.
    let _ = keep_alive(&socket);
    let (socket, activity) = Watched::new(socket);
    let mut connection = Connection::server(socket);
    let end = answer(&mut connection, &mut client, shutdown, activity, timeout).await;
    match end {
        Ok(End::Orderly) => client.leave(connection.replies()),
        // No goodbye: it would wait behind everything else that waits.
        Ok(End::TooSlow) => {
            eprintln!("a subscriber does not keep up: cut off");
            return false;
        }
        Err(Error::Protocol(err)) => {
            client.leave(connection.replies());
            connection.replies().error(err.words());
        }
        // The client left in the middle of a request, or the network did.
        Err(Error::Io(_)) => return true,
        Err(err @ Error::Ahead) => {
            eprintln!("{err}: cut off");
            return false;
        }
    }
    // Sends what has been answered, whatever ended the loop.
    connection.hang_up().await
}
// ANCHOR_END: process

// ANCHOR: answer
/// Why a connection is served no longer.
enum End {
    Orderly,
    TooSlow,
}

/// Answers command after command, and passes on what is published to the client. Ends when
/// the client leaves between two commands, says QUIT, has been quiet for `timeout` (zero:
/// never), or does not keep up, or when shutdown begins.
///
/// Cancel safe, in this sense: the replies to all that was run are in the connection, to
/// be sent. So are the messages in the client's inbox, once it has left.
async fn answer<S: AsyncRead + AsyncWrite + Unpin>(
    connection: &mut Connection<S>,
    client: &mut Client,
    mut shutdown: Shutdown,
    activity: Activity,
    timeout: Duration,
) -> Result<End, Error> {
    // Both outlive the rounds of the loop: they lose nothing when another branch wins.
    let mut shutdown = pin!(shutdown.recv());
    let mut idle = pin!(sleep_until(activity.last() + timeout));
    // ANCHOR_END: answer
    // ANCHOR: round
    loop {
        let subscribed = client.subscriptions() > 0;
        if subscribed && connection.replies().as_bytes().len() > LIMIT {
            return Ok(End::TooSlow);
        }
        // As many messages as are there, for one write.
        let mut messages = client.inbox().ready_chunks(64);
        tokio::select! {
            // From the top: a client that never pauses cannot put off the shutdown, and
            // a request that has arrived is answered, even if time is up just then.
            biased;
            () = &mut shutdown => break,
            request = connection.read_request() => {
                let Some((request, replies)) = request? else { break };
                // No `.await` from here to the reply: a request has been run and
                // answered, or neither.
                if client.answer(request, replies).is_break() {
                    break;
                }
            }
            messages = messages.next() => {
                let Some(messages) = messages else { return Ok(End::TooSlow) };
                for message in messages {
                    message.write(connection.replies());
                }
            }
            // ANCHOR_END: round
            // ANCHOR: idle
            () = &mut idle, if !timeout.is_zero() && !subscribed => {
                // If bytes have moved since the timer was set, it is set again.
                let deadline = activity.last() + timeout;
                if deadline <= Instant::now() {
                    break;
                }
                idle.as_mut().reset(deadline);
            }
        }
    }
    Ok(End::Orderly)
}
// ANCHOR_END: idle

// ANCHOR: demo
/// A publisher, a subscriber, and a subscriber that never reads.
async fn demo() -> Outcome {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let addr = listener.local_addr()?;
    let (stop, shutdown) = watch::channel(false);
    let server = run(listener, shutdown.into(), Db::default(), Duration::ZERO);
    // `join!`, not `spawn`: `stop` is dropped with the clients, so if they fail, the
    // server still ends.
    let (late, outcome) = tokio::join!(server, clients(addr, stop));
    outcome?;
    println!("server     stopped, {late} connections aborted");
    Ok(())
}

async fn clients(addr: SocketAddr, stop: watch::Sender<bool>) -> Outcome {
    let mut reader = Connection::client(TcpStream::connect(addr).await?);
    let mut publisher = Connection::client(TcpStream::connect(addr).await?);
    for line in ["SUBSCRIBE news.rome", "PSUBSCRIBE news.*", "GET city"] {
        println!("reader>    {line:23} {}", ask(&mut reader, line).await?);
    }
    for line in ["PUBLISH news.rome sunny", "PUBLISH news.oslo snow", "PUBLISH sport 2:1"]
    {
        println!("publisher> {line:23} {}", ask(&mut publisher, line).await?);
    }
    for _ in 0..3 {
        println!("reader     {:23} {}", "", reply(&mut reader).await?);
    }

    println!("\n64 messages of 1 MiB, a reader, and a subscriber that never reads:");
    let sleeper = TcpSocket::new_v4()?;
    // A small buffer here: what it does not read, the server has to keep.
    sleeper.set_recv_buffer_size(64 << 10)?;
    let mut sleeper = Connection::client(sleeper.connect(addr).await?);
    ask(&mut sleeper, "SUBSCRIBE news.oslo").await?;
    let message = Frame::request(["PUBLISH", "news.oslo", &"x".repeat(1 << 20)]);
    let mut received = 0;
    for _ in 0..64 {
        publisher.write_frame(&message).await?;
        reply(&mut publisher).await?;
        received += usize::from(reader.read_frame().await?.is_some());
    }
    println!("reader     got {received}");
    while ask(&mut publisher, "PUBSUB NUMSUB news.oslo").await?
        != "[\"news.oslo\", (integer) 0]"
    {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    // First what the network still holds, then the end, perhaps in the middle of a message.
    while let Ok(Some(_)) = sleeper.read_frame().await {}
    println!("sleeper    was cut off");
    let line = "PUBLISH news.oslo rain";
    println!("publisher> {line:23} {}", ask(&mut publisher, line).await?);

    stop.send_replace(true);
    println!("\nshutdown begins");
    // The message about the rain comes first, and then the end.
    for _ in 0..2 {
        println!("reader     {}", reply(&mut reader).await?);
    }
    Ok(())
}

async fn ask(server: &mut Connection, line: &str) -> Outcome<String> {
    server.write_frame(&Frame::request(line.split(' '))).await?;
    reply(server).await
}

async fn reply(server: &mut Connection) -> Outcome<String> {
    Ok(match server.read_frame().await? {
        Some(frame) => frame.to_string(),
        None => "closed by the server".to_owned(),
    })
}
// ANCHOR_END: demo
