//! Stage 04: many tasks share one connection, and a manager task owns it.
//!
//! ```console
//! $ cargo run --example 04-channels
//! $ cargo run --example 04-channels -- connect 127.0.0.1:6379
//! ```
//!
//! Without arguments it starts a server in this process, and stops it at the end to show
//! what the tasks are told. With `connect` it talks to a server that is already running.
//!
//! Not yet: sending a second request before the first is answered, a time limit for the
//! server's reply, a new connection when the old one is lost. A lost connection is noticed
//! by the next request, not before.

use probe::println; // ends quietly if nobody reads on, as behind `| head`

// ANCHOR: imports
use std::{env, fmt, process::ExitCode};

use bytes::Bytes;
use mini_redis::{Connection, Frame, server};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
// ANCHOR_END: imports

// ANCHOR: command
/// A request, and where its answer goes.
enum Command {
    Get { key: String, reply: Responder<Option<Bytes>> },
    Set { key: String, value: Bytes, reply: Responder<()> },
    Incr { key: String, reply: Responder<u64> },
}

type Responder<T> = oneshot::Sender<Result<T, Error>>;
// ANCHOR_END: command

// ANCHOR: error
/// Why a request has no answer.
#[derive(Debug)]
enum Error {
    /// The server said no, in these words. The connection is as good as before.
    Refused(String),
    /// The connection broke, or a reply did not fit. The request may have been carried out.
    Lost(mini_redis::Error),
    /// The manager is gone, and no more requests will be sent.
    Closed,
}
// ANCHOR_END: error

// ANCHOR: error-traits
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Refused(words) => write!(f, "refused: {words}"),
            Error::Lost(_) => f.write_str("the connection is lost"),
            Error::Closed => f.write_str("the manager is gone"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Lost(cause) => Some(&**cause),
            _ => None,
        }
    }
}
// ANCHOR_END: error-traits

// ANCHOR: client
/// A handle on the connection. Clones are cheap, and all of them share the connection.
#[derive(Clone)]
struct Client {
    commands: mpsc::Sender<Command>,
}

impl Client {
    /// The key's value, `None` if nobody has set it.
    ///
    /// Like the other two, safe to drop at any time: the request may still be sent, and its
    /// answer then reaches nobody.
    async fn get(&self, key: &str) -> Result<Option<Bytes>, Error> {
        self.request(|reply| Command::Get { key: key.into(), reply }).await
    }
    // ANCHOR_END: client

    // ANCHOR: set-incr
    async fn set(&self, key: &str, value: Bytes) -> Result<(), Error> {
        self.request(|reply| Command::Set { key: key.into(), value, reply }).await
    }

    async fn incr(&self, key: &str) -> Result<u64, Error> {
        self.request(|reply| Command::Incr { key: key.into(), reply }).await
    }
    // ANCHOR_END: set-incr

    // ANCHOR: request
    async fn request<T>(
        &self,
        command: impl FnOnce(Responder<T>) -> Command,
    ) -> Result<T, Error> {
        let (reply, answer) = oneshot::channel();
        self.commands.send(command(reply)).await.map_err(|_| Error::Closed)?;
        answer.await.map_err(|_| Error::Closed)?
    }
}
// ANCHOR_END: request

// ANCHOR: connect
/// Connects, and spawns the manager.
async fn connect(addr: &str) -> mini_redis::Result<(Client, JoinHandle<()>)> {
    let socket = TcpStream::connect(addr)
        .await
        .map_err(|error| format!("no server answers on {addr}: {error}"))?;
    // Enough for the manager to find its next request when it has answered one. More
    // would not make the server any faster, and the requests would only wait longer.
    let (commands, queue) = mpsc::channel(32);
    let manager = tokio::spawn(manage(Connection::new(socket), queue));
    Ok((Client { commands }, manager))
}
// ANCHOR_END: connect

// ANCHOR: manage
/// Sends one request after another, until every [`Client`] is gone and the queue is empty.
///
/// Ends early when the connection is lost. Do not abort its task: the last two lines would
/// not run.
async fn manage(mut connection: Connection, mut queue: mpsc::Receiver<Command>) {
    while let Some(command) = queue.recv().await {
        if !carry_out(&mut connection, command).await {
            break;
        }
    }
    queue.close();
    while queue.recv().await.is_some() {}
}
// ANCHOR_END: manage

// ANCHOR: carry-out
/// Answers one command, and says whether the connection can be used again.
async fn carry_out(connection: &mut Connection, command: Command) -> bool {
    match command {
        Command::Get { key, reply } => {
            let answer = ask(connection, vec!["GET".into(), key.into()]).await;
            let answer = answer.and_then(|frame| match frame {
                Frame::Bulk(value) => Ok(Some(value)),
                Frame::Null => Ok(None),
                other => Err(out_of_step(other)),
            });
            respond(reply, answer)
        }
        Command::Set { key, value, reply } => {
            let answer = ask(connection, vec!["SET".into(), key.into(), value]).await;
            let answer = answer.and_then(|frame| match frame {
                Frame::Simple(ok) if ok == "OK" => Ok(()),
                other => Err(out_of_step(other)),
            });
            respond(reply, answer)
        }
        Command::Incr { key, reply } => {
            let answer = ask(connection, vec!["INCR".into(), key.into()]).await;
            let answer = answer.and_then(|frame| match frame {
                Frame::Integer(sum) => Ok(sum),
                other => Err(out_of_step(other)),
            });
            respond(reply, answer)
        }
    }
}
// ANCHOR_END: carry-out

// ANCHOR: ask
/// Writes one request and reads one reply.
///
/// If it is dropped between the two, it leaves a reply for somebody else to read. That is
/// why only the manager calls it.
async fn ask(connection: &mut Connection, words: Vec<Bytes>) -> Result<Frame, Error> {
    let request = Frame::Array(words.into_iter().map(Frame::Bulk).collect());
    connection.write_frame(&request).await.map_err(|error| Error::Lost(error.into()))?;
    match connection.read_frame().await.map_err(Error::Lost)? {
        Some(Frame::Error(words)) => Err(Error::Refused(words)),
        Some(frame) => Ok(frame),
        None => Err(Error::Lost("the server closed the connection".into())),
    }
}

// ANCHOR_END: ask
// ANCHOR: out-of-step
/// A reply of the wrong kind belongs to another request: no later one can be trusted.
fn out_of_step(frame: Frame) -> Error {
    Error::Lost(format!("a reply of the wrong kind: {frame:?}").into())
}

// ANCHOR_END: out-of-step
// ANCHOR: respond
/// Hands an answer over, and says whether the connection can be used again.
fn respond<T>(reply: Responder<T>, answer: Result<T, Error>) -> bool {
    let usable = !matches!(answer, Err(Error::Lost(_)));
    // Fails if the task that asked is gone, which is its right. The next one is waiting.
    let _ = reply.send(answer);
    usable
}
// ANCHOR_END: respond

// ANCHOR: talk
/// Five tasks at once, a task that gives up, and a request that the server refuses.
async fn talk(client: &Client) -> mini_redis::Result<()> {
    let tasks = ["ash", "birch", "cedar", "date", "elm"].map(|tree| {
        let client = client.clone();
        tokio::spawn(async move {
            let key = format!("channels:{tree}");
            client.set(&key, tree.to_uppercase().into()).await?;
            client.get(&key).await
        })
    });
    for task in tasks {
        println!("a task set a key, and got {:?} back", task.await??);
    }

    // What a task leaves behind that asked and was dropped before its answer came. Here the
    // receiver goes even before the request, so that no answer can be faster.
    let (reply, answer) = oneshot::channel();
    drop(answer);
    client.commands.send(Command::Get { key: "channels:ash".into(), reply }).await?;
    let value = client.get("channels:elm").await?;
    println!("one asked for ash and left; one asked for elm, and got {value:?}");

    match client.incr("channels:elm").await {
        Ok(sum) => println!("INCR channels:elm -> {sum}"),
        Err(error) => println!("INCR channels:elm -> {error}"),
    }
    let value = client.get("channels:oak").await?; // the connection still works
    println!("GET channels:oak -> {value:?}");
    Ok(())
}

async fn talk_to(addr: &str) -> mini_redis::Result<()> {
    let (client, manager) = connect(addr).await?;
    println!("connected to {addr}, once");
    talk(&client).await?;
    drop(client);
    manager.await?;
    println!("the last client is gone, and the manager has ended");
    Ok(())
}
// ANCHOR_END: talk

// ANCHOR: alone
/// The same with a server of our own, then a second connection that loses its server.
async fn alone() -> mini_redis::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let addr = listener.local_addr()?.to_string();
    let (stop, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(server::run(listener, stopped));

    talk_to(&addr).await?;

    let (client, manager) = connect(&addr).await?;
    client.set("channels:fir", "FIR".into()).await?;
    drop(stop);
    server.await??;
    println!("the server is gone, and two requests are made");
    for which in ["the first", "the second"] {
        match client.get("channels:fir").await {
            Ok(value) => println!("{which} -> {value:?}"),
            Err(error) => println!("{which} -> {error}"),
        }
    }
    Ok(manager.await?)
}
// ANCHOR_END: alone

// ANCHOR: main
#[tokio::main]
async fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let outcome = match args[..] {
        [] => alone().await,
        ["connect"] => talk_to("127.0.0.1:6379").await,
        ["connect", addr] => talk_to(addr).await,
        _ => {
            eprintln!("usage: cargo run --example 04-channels [-- connect [ADDR]]");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
// ANCHOR_END: main
