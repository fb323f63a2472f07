use std::env;
use std::hash::{BuildHasher, RandomState};
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::JOKES;

/// What ends a program: a line for the reader.
pub type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// How many connections may wait to be accepted. Tokio's `TcpListener::bind` asks for as many as std,
/// on most systems 128; the kernel drops what does not fit, and the client tries again a second later.
const BACKLOG: u32 = 4096;

/// How long a client may take to hang up after its joke.
const GRACE: Duration = Duration::from_secs(1);

/// The `main` of an act: `load` makes what the act keeps of the file, `tell` serves a client.
///
/// Without arguments, runs a demo. With `serve [ADDR]`, serves until Ctrl-C.
pub fn run<J, L, T, F>(name: &str, load: L, tell: T) -> ExitCode
where
    J: Send + Sync + 'static,
    L: FnOnce(&'static Path, u64) -> io::Result<J>,
    T: Fn(Arc<J>, TcpStream) -> F + Send + Sync + 'static,
    F: Future<Output = io::Result<()>> + Send + 'static,
{
    let args: Vec<String> = env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let addr = match args[..] {
        [] => None,
        ["serve"] => Some("127.0.0.1:7010"),
        ["serve", addr] => Some(addr),
        _ => {
            eprintln!("usage: cargo run --example {name} [-- serve [ADDR]]");
            return ExitCode::from(2);
        }
    };
    let outcome = (|| {
        let seed = if addr.is_none() { 0 } else { any_seed() };
        let jokes = Arc::new(
            load(Path::new(JOKES), seed)
                .map_err(|error| format!("cannot read the jokes in {JOKES}: {error}"))?,
        );
        let runtime = tokio::runtime::Runtime::new()?;
        runtime.block_on(async {
            match addr {
                None => demo(jokes, tell).await,
                Some(addr) => {
                    let listener = listen(addr)?;
                    let addr = listener.local_addr()?;
                    println!("listening on {addr}");
                    println!("try: nc {} {}", addr.ip(), addr.port());
                    serve(listener, jokes, tell).await;
                    Ok(())
                }
            }
        })
    })();
    finish(outcome)
}

/// A seed that is another one each time.
pub fn any_seed() -> u64 {
    RandomState::new().hash_one(0)
}

fn finish(outcome: Outcome) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Two clients get a joke each, one after the other; then fifty come at once.
async fn demo<J, T, F>(jokes: Arc<J>, tell: T) -> Outcome
where
    J: Send + Sync + 'static,
    T: Fn(Arc<J>, TcpStream) -> F + Send + Sync + 'static,
    F: Future<Output = io::Result<()>> + Send + 'static,
{
    let listener = listen("127.0.0.1:0")?;
    let addr = listener.local_addr()?;
    tokio::spawn(serve(listener, jokes, tell));
    for client in ["A", "B"] {
        for line in fetch(addr).await?.lines() {
            println!("{client}  {line}");
        }
    }
    let known = std::fs::read_to_string(JOKES)?; // nobody waits for this task
    let mut clients = JoinSet::new();
    for _ in 0..50 {
        clients.spawn(fetch(addr));
    }
    let mut whole = 0;
    while let Some(joke) = clients.join_next().await {
        whole += usize::from(is_whole(&known, &joke??));
    }
    println!("50 clients at once: {whole} whole jokes");
    Ok(())
}

/// Whether this is all of a joke, from one dashed line to the next.
fn is_whole(file: &str, joke: &str) -> bool {
    let file = format!("---\n{}\n---\n", file.trim_end());
    !joke.is_empty() && file.contains(&format!("---\n{joke}---"))
}

/// Connects, and reads to the end.
///
/// # Errors
///
/// If the server cannot be reached, or the connection breaks before its end.
pub async fn fetch(addr: SocketAddr) -> io::Result<String> {
    let mut joke = String::new();
    TcpStream::connect(addr).await?.read_to_string(&mut joke).await?;
    Ok(joke)
}

/// Listens on an address, with room for thousands of clients that come at once.
///
/// # Errors
///
/// Says in one line which address could not be had, and why.
pub fn listen(addr: &str) -> io::Result<TcpListener> {
    let bind = || {
        let addr: SocketAddr =
            addr.parse().map_err(|_| io::Error::other("an address is IP:PORT"))?;
        let socket =
            if addr.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
        #[cfg(unix)] // what it means on Windows is to share the port
        socket.set_reuseaddr(true)?;
        socket.bind(addr)?;
        socket.listen(BACKLOG)
    };
    bind().map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => io::Error::other(format!(
            "{addr} is taken: `-- serve 127.0.0.1:0` picks a free port"
        )),
        _ => io::Error::other(format!("cannot listen on {addr}: {error}")),
    })
}

/// Gives every connection a task of its own. Never returns.
///
/// What goes wrong with one connection ends that connection.
pub async fn serve<J, T, F>(listener: TcpListener, jokes: Arc<J>, tell: T)
where
    T: Fn(Arc<J>, TcpStream) -> F,
    F: Future<Output = io::Result<()>> + Send + 'static,
{
    loop {
        match listener.accept().await {
            Ok((socket, _)) => {
                let telling = tell(jokes.clone(), socket);
                tokio::spawn(async move {
                    match telling.await {
                        Ok(()) => {}
                        Err(error) if the_client_left(&error) => {}
                        Err(error) => eprintln!("a client got no joke: {error}"),
                    }
                });
            }
            Err(error) => {
                // Out of file descriptors, perhaps: connections that end give some back.
                eprintln!("cannot accept: {error}");
                sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

fn the_client_left(error: &io::Error) -> bool {
    use ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, NotConnected};
    matches!(
        error.kind(),
        BrokenPipe | ConnectionAborted | ConnectionReset | NotConnected
    )
}

/// Ends our direction, then waits a second at most for the client to end the other.
///
/// To close a socket that holds unread input resets the connection, and a reset can overtake the joke.
///
/// Not cancel safe, and need not be: dropped, it closes the socket at once.
///
/// # Errors
///
/// If the connection broke before everything was handed to the kernel.
pub async fn hang_up(mut socket: TcpStream) -> io::Result<()> {
    socket.shutdown().await?;
    let mut ignored = [0; 64];
    let drain =
        async { while !matches!(socket.read(&mut ignored).await, Ok(0) | Err(_)) {} };
    let _ = timeout(GRACE, drain).await;
    Ok(())
}
