//! The joke server, with its jokes in memory and its runtime built by hand.
//!
//! ```text
//! cargo run --example 10-blocking                   the server, and clients that drive it
//! cargo run --example 10-blocking -- serve [ADDR]   the server alone, until Ctrl-C
//!     --workers N            threads that run tasks            (as many as there are cores)
//!     --blocking-threads N   threads for work that blocks      (4)
//!     --keep-alive SECONDS   how long an idle one of those is kept   (10)
//!     --file PATH            the jokes                         (this chapter's)
//! ```
//!
//! On Unix, SIGHUP makes it read the file again. On an error, the old jokes stay.
//!
//! Not yet: no limit on connections, and no limit on how long a client may take to read its joke.

use probe::{print, println}; // ends quietly if nobody reads on, as behind `| head`

// ANCHOR: imports
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use blocking::{Cache, JOKES, Outcome, fetch, hang_up, listen, serve};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;
use tokio::task::{JoinSet, spawn_blocking};
// ANCHOR_END: imports

// ANCHOR: library
/// The jokes, and the file that they can be read from again.
struct Library {
    path: PathBuf,
    seed: u64, // decides which jokes come, in which order
    jokes: watch::Sender<Cache>,
}

impl Library {
    /// Blocks: call it before there are clients.
    fn open(path: &Path, seed: u64) -> io::Result<Library> {
        let jokes = watch::Sender::new(Cache::open(path, seed)?);
        Ok(Library { path: path.into(), seed, jokes })
    }

    /// Reads the file again. Whoever is being told a joke is told the old one to its end.
    ///
    /// Cancel safe: dropped early, it leaves the old jokes in place.
    async fn reload(&self) -> io::Result<()> {
        let (path, seed) = (self.path.clone(), self.seed);
        let jokes = spawn_blocking(move || Cache::open(path, seed)).await??;
        self.jokes.send_replace(jokes);
        Ok(())
    }
}
// ANCHOR_END: library

// ANCHOR: tell
/// Sends a joke, and hangs up. A client that does not read holds up nobody else.
async fn tell(library: Arc<Library>, mut socket: TcpStream) -> io::Result<()> {
    let joke = library.jokes.borrow().pick();
    socket.write_all(joke.as_bytes()).await?;
    hang_up(socket).await
}
// ANCHOR_END: tell

// ANCHOR: runtime
/// What the runtime is made of.
struct Threads {
    workers: Option<usize>, // `None`: one for each core
    blocking: usize,
    keep_alive: Duration,
}

impl Threads {
    /// Builds what `#[tokio::main]` would build, with numbers of our own.
    fn runtime(&self) -> io::Result<Runtime> {
        let mut builder = Builder::new_multi_thread();
        builder
            .enable_all()
            .max_blocking_threads(self.blocking)
            .thread_keep_alive(self.keep_alive);
        if let Some(workers) = self.workers {
            builder.worker_threads(workers);
        }
        builder.build()
    }
}
// ANCHOR_END: runtime

// ANCHOR: options
struct Options {
    serve: Option<String>,
    threads: Threads,
    file: PathBuf,
}

impl Options {
    /// `None`: the arguments make no sense.
    fn parse(mut args: impl Iterator<Item = String>) -> Option<Options> {
        let mut threads =
            Threads { workers: None, blocking: 4, keep_alive: Duration::from_secs(10) };
        let (mut serve, mut file) = (None, PathBuf::from(JOKES));
        let mut last = None;
        while let Some(arg) = args.next() {
            let mut number =
                |least: u64| args.next()?.parse().ok().filter(|n| *n >= least);
            match arg.as_str() {
                "--workers" => threads.workers = Some(number(1)? as usize),
                "--blocking-threads" => threads.blocking = number(1)? as usize,
                "--keep-alive" => threads.keep_alive = Duration::from_secs(number(0)?),
                "--file" => file = args.next()?.into(),
                "serve" if serve.is_none() => serve = Some("127.0.0.1:7010".to_owned()),
                addr if last.as_deref() == Some("serve") && !addr.starts_with('-') => {
                    serve = Some(addr.to_owned());
                }
                _ => return None,
            }
            last = Some(arg);
        }
        Some(Options { serve, threads, file })
    }
}
// ANCHOR_END: options

// ANCHOR: main
fn main() -> ExitCode {
    let Some(options) = Options::parse(std::env::args().skip(1)) else {
        eprintln!(
            "usage: cargo run --example 10-blocking [-- [serve [ADDR]] [--workers N] \
             [--blocking-threads N] [--keep-alive SECONDS] [--file PATH]]"
        );
        return ExitCode::from(2);
    };
    match start(options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn start(options: Options) -> Outcome {
    let seed = if options.serve.is_some() { blocking::any_seed() } else { 0 };
    let library = Library::open(&options.file, seed)
        .map_err(|error| format!("cannot read {}: {error}", options.file.display()))?;
    let runtime = options.threads.runtime()?;
    let outcome = runtime.block_on(async {
        match &options.serve {
            None => demo(Arc::new(library)).await,
            Some(addr) => stay(Arc::new(library), addr).await,
        }
    });
    // To drop a runtime is to wait for its blocking threads, however long they take.
    runtime.shutdown_timeout(Duration::from_secs(1));
    outcome
}

async fn stay(library: Arc<Library>, addr: &str) -> Outcome {
    let listener = listen(addr)?;
    let addr = listener.local_addr()?;
    println!("listening on {addr}");
    println!("try: nc {} {}", addr.ip(), addr.port());
    #[cfg(unix)]
    tokio::spawn(reload_on_hangup(library.clone()));
    serve(listener, library, tell).await;
    Ok(())
}

#[cfg(unix)]
async fn reload_on_hangup(library: Arc<Library>) -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut hangups = signal(SignalKind::hangup())?;
    while hangups.recv().await.is_some() {
        match library.reload().await {
            Ok(()) => println!("read the jokes again"),
            Err(error) => eprintln!("the old jokes stay: {error}"),
        }
    }
    Ok(())
}
// ANCHOR_END: main

// ANCHOR: demo
/// One client, a thousand, and a file that changes.
async fn demo(library: Arc<Library>) -> Outcome {
    let addr = start_server(library)?;
    for line in fetch(addr).await?.lines() {
        println!("A  {line}");
    }
    // Both ends are here, two files a client, and some shells allow 256.
    rlimit::increase_nofile_limit(4096)?;
    let silent = TcpStream::connect(addr).await?; // never reads
    let mut clients = JoinSet::new();
    for _ in 0..1000 {
        clients.spawn(fetch(addr));
    }
    let mut told = 0;
    while let Some(joke) = clients.join_next().await {
        told += usize::from(joke??.ends_with('\n'));
    }
    println!("{told} of 1000 clients were told a joke, and one does not listen");
    drop(silent);

    let file = std::env::temp_dir().join(format!("10-blocking-{}", std::process::id()));
    tokio::fs::write(&file, "the old joke\n").await?;
    let library = Arc::new(Library::open(&file, 0)?); // blocks, and this is a demo
    let addr = start_server(library.clone())?;
    print!("B  {}", fetch(addr).await?);
    tokio::fs::write(&file, "the new joke\n").await?;
    print!("B  {}", fetch(addr).await?);
    library.reload().await?;
    print!("B  {}", fetch(addr).await?);
    tokio::fs::remove_file(&file).await?;
    let error = library.reload().await.is_err();
    print!("B  {}", fetch(addr).await?);
    println!("no file, and an error: {error}");
    Ok(())
}

fn start_server(library: Arc<Library>) -> io::Result<SocketAddr> {
    let listener = listen("127.0.0.1:0")?;
    let addr = listener.local_addr();
    tokio::spawn(serve(listener, library, tell));
    addr
}
// ANCHOR_END: demo
