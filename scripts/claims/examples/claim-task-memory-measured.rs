//! "A task costs 64 bytes": the memory of tasks that wait, by what they wait for, and of
//! connections to a server, idle and echoing.
//!
//! ```console
//! $ cargo run --release --example claim-task-memory-measured
//! $ cargo run --release --example claim-task-memory-measured -- quick
//! ```
//!
//! Each case is measured in a process of its own. What tasks ask the allocator for is counted
//! there; what the process has got is read from `/proc`, and so is what the kernel has for
//! sockets, but for the whole machine.

use std::fmt;
use std::future::pending;
use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream as Client};
use std::process;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use claims::{
    Child, Effort, Panel, Plot, Spread, Table, bytes, interleaved, kernel_memory, memory,
};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::runtime::{self, Runtime};
use tokio::task::{JoinSet, yield_now};
use tokio::time::sleep;

/// What an echoing server has for the bytes of a connection.
const BUFFER: usize = 4096;
const MESSAGE: [u8; 64] = [b'.'; 64];

const KINDS: [Kind; 5] = [
    Kind("pending", "waits forever"),
    Kind("sleeping", "sleeps"),
    Kind("readable", "waits for a socket"),
    Kind("array", "reads into an array of 1 KiB"),
    Kind("buffered", "reads through BufReader, 8 KiB"),
];

const SERVERS: [&str; 2] = ["kept", "fresh"];

/// Linux searches long for a free port where half of them are connected to one address.
const ADDRESSES: usize = 3;

#[derive(Clone, Copy)]
struct Kind(&'static str, &'static str);

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.1)
    }
}

fn main() -> Result<()> {
    // The limit is said below.
    let files = rlimit::increase_nofile_limit(u64::MAX).unwrap_or(1024) as usize;
    if let Some(role) = Child::role() {
        let role: Vec<&str> = role.iter().map(String::as_str).collect();
        return match role[..] {
            ["tasks", kind, count] => tasks(kind, count.parse()?),
            ["server", kind] => serve(kind == "kept"),
            _ => bail!("unknown role: {role:?}"),
        };
    }
    let effort = Effort::from_args();

    let trials = interleaved(effort.rounds(), &KINDS, |kind| {
        // A connection is two sockets of one process here.
        let most = if needs_socket(kind.0) { files / 2 - 100 } else { 50_000 };
        let count = effort.pick(most.min(50_000), 200).to_string();
        let mut child = Child::start(&["tasks", kind.0, &count])?;
        let [future, asked, pieces, got] = child.numbers()?;
        Ok(Task { future, asked, pieces, got })
    })?;

    println!(
        "{} rounds; ± is how far the farthest was from the median\n",
        effort.rounds()
    );
    let mut table =
        Table::new(["a task that", "its future", "asked for", "in pieces", "resident"]);
    let mut panel = Panel::new("a task that… resident memory of one, in bytes", bytes)
        .claim("64 bytes", 64.0)
        .claim("500 bytes", 500.0);
    for (kind, trials) in KINDS.iter().zip(&trials) {
        let resident = Spread::of(trials, |task| task.got);
        table.row([
            kind.to_string(),
            bytes(Spread::of(trials, |task| task.future).median()),
            Spread::of(trials, |task| task.asked).show(bytes),
            format!("{:.0}", Spread::of(trials, |task| task.pieces).median()),
            resident.show(bytes),
        ]);
        panel.case(kind.1, resident);
    }
    table.print();

    let most = effort.pick((files - 100).min(25_000), 50);
    println!("a file limit of {files} allows {most} connections to a server\n");
    let mut cases = Vec::new();
    for count in [effort.pick(1000, 20), most] {
        cases.extend(SERVERS.map(|server| Case { server, count }));
    }
    let trials = interleaved(effort.rounds(), &cases, Case::measure)?;
    let mut table = Table::new([
        "buffer of 4 KiB",
        "connections",
        "idle",
        "has echoed",
        "kernel, both ends",
        "a million",
    ]);
    let mut connections =
        Panel::new("a connection to an echo server, in bytes of its process", bytes)
            .claim("500 bytes", 500.0);
    for (case, trials) in cases.iter().zip(&trials) {
        let idle = Spread::of(trials, |one| one.idle);
        let echoed = Spread::of(trials, |one| one.echoed);
        table.row([
            case.buffer().into(),
            case.count.to_string(),
            idle.show(bytes),
            echoed.show(bytes),
            match case.count == most {
                true => Spread::of(trials, |one| one.kernel).show(bytes),
                // What else the machine does is not small beside it.
                false => String::new(),
            },
            bytes(echoed.median() * 1e6),
        ]);
        if case.count == most {
            connections.group(&format!("buffer {}, {most} connections", case.buffer()));
            connections.case("idle", idle);
            connections.case("has echoed", echoed);
        }
    }
    table.print();
    println!("a million: what has echoed, times 1,000,000; nobody connected so many");
    Plot::new("A waiting task takes hundreds of bytes, and its buffers are what counts")
        .panel(panel)
        .panel(connections)
        .write()
}

/// Bytes and pieces a task.
struct Task {
    future: f64,
    asked: f64,
    pieces: f64,
    got: f64,
}

fn needs_socket(kind: &str) -> bool {
    !matches!(kind, "pending" | "sleeping")
}

/// The role of a process with that many tasks which wait.
fn tasks(kind: &str, count: usize) -> Result<()> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    let (clients, servers) = match needs_socket(kind) {
        true => pairs(count)?,
        false => (vec![], vec![]),
    };
    // What is read once is made before: the runtime's own.
    runtime.block_on(async { sleep(Duration::from_millis(1)).await });
    let mut sockets = servers.into_iter();
    let mut socket = || {
        let socket = sockets.next().expect("one for each task");
        TcpStream::from_std(socket).expect("the runtime takes sockets")
    };
    let before = memory(process::id())?.resident;
    let mut future = 0;
    let live = allocation_counter::measure(|| {
        future = match kind {
            "pending" => hold(&runtime, count, pending::<()>),
            "sleeping" => hold(&runtime, count, || sleep(Duration::from_secs(3600))),
            "readable" => hold(&runtime, count, || {
                let socket = socket();
                async move { socket.readable().await.is_ok() }
            }),
            "array" => hold(&runtime, count, || {
                let mut socket = socket();
                async move {
                    let mut buffer = [0; 1024];
                    while matches!(socket.read(&mut buffer).await, Ok(1..)) {}
                }
            }),
            _ => hold(&runtime, count, || {
                let mut socket = BufReader::new(socket());
                async move {
                    let mut line = String::new();
                    while matches!(socket.read_line(&mut line).await, Ok(1..)) {}
                }
            }),
        };
    });
    let got = memory(process::id())?.resident - before;
    let count = count as f64;
    Child::say(&format!(
        "{future} {} {} {}",
        live.bytes_current as f64 / count,
        live.count_current as f64 / count,
        got / count
    ))?;
    drop(clients);
    Ok(())
}

/// Starts that many tasks and lets each run up to its `.await`. Returns the size of a future.
fn hold<F>(runtime: &Runtime, count: usize, mut future: impl FnMut() -> F) -> usize
where
    F: Future<Output: Send> + Send + 'static,
{
    runtime.block_on(async {
        let mut size = 0;
        for nth in 0..count {
            let future = future();
            size = size_of_val(&future);
            drop(tokio::spawn(future));
            // Or the queue of those that are ready would be counted, too.
            if nth % 16 == 15 {
                yield_now().await;
            }
        }
        yield_now().await;
        size
    })
}

fn pairs(count: usize) -> Result<(Vec<Client>, Vec<Client>)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let (mut clients, mut servers) = (Vec::new(), Vec::new());
    for _ in 0..count {
        clients.push(Client::connect(listener.local_addr()?)?);
        let server = listener.accept()?.0;
        server.set_nonblocking(true)?;
        servers.push(server);
    }
    Ok((clients, servers))
}

/// A server, and how many connect to it.
struct Case {
    server: &'static str,
    count: usize,
}

/// Bytes a connection.
struct Connection {
    idle: f64,
    echoed: f64,
    kernel: f64,
}

impl Case {
    fn buffer(&self) -> &'static str {
        if self.server == "kept" { "always" } else { "while there is something" }
    }

    fn measure(&self) -> Result<Connection> {
        let mut server = Child::start(&["server", self.server])?;
        let addresses = server.line()?;
        let addresses: Vec<&str> = addresses.split(' ').collect();
        let connect = |nth: usize| -> Result<Client> {
            let address = addresses[nth % addresses.len()];
            let client = Client::connect(address).context("cannot connect")?;
            client.set_nodelay(true)?;
            Ok(client)
        };
        // Connections are accepted in order: when these have their echo, the server has got all
        // that came before.
        let catch_up = || (0..ADDRESSES).try_for_each(|nth| echo(&mut connect(nth)?));
        // What comes with the first connection is there before we count.
        catch_up()?;
        let id = server.id();
        let resident = || Ok::<_, anyhow::Error>(memory(id)?.resident);
        let (before, kernel_before) = (resident()?, kernel_memory()?);
        let mut clients = Vec::new();
        for nth in 0..self.count {
            clients.push(connect(nth)?);
            // Not too many wait at once to be accepted.
            if nth % 500 == 499 || nth + 1 == self.count {
                catch_up()?;
            }
        }
        let (idle, kernel) = (resident()?, kernel_memory()?);
        for client in &mut clients {
            echo(client)?;
        }
        let echoed = resident()?;
        // The end that hangs up keeps the port for a minute.
        drop(server);
        let count = self.count as f64;
        Ok(Connection {
            idle: (idle - before) / count,
            echoed: (echoed - before) / count,
            kernel: (kernel - kernel_before) / count,
        })
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} connections, buffer {}", self.count, self.buffer())
    }
}

fn echo(client: &mut Client) -> Result<()> {
    client.write_all(&MESSAGE)?;
    client.read_exact(&mut [0; MESSAGE.len()]).context("the server does not echo")
}

/// The role of an echo server.
#[tokio::main]
async fn serve(keeps_its_buffer: bool) -> Result<()> {
    let (mut addresses, mut accepting) = (Vec::new(), JoinSet::new());
    for _ in 0..ADDRESSES {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        addresses.push(listener.local_addr()?.to_string());
        accepting.spawn(accept(listener, keeps_its_buffer));
    }
    Child::say(&addresses.join(" "))?;
    accepting.join_next().await.expect("some accept")?
}

async fn accept(listener: tokio::net::TcpListener, keeps_its_buffer: bool) -> Result<()> {
    loop {
        let (socket, _) = listener.accept().await?;
        socket.set_nodelay(true)?;
        match keeps_its_buffer {
            true => drop(tokio::spawn(with_a_buffer(socket))),
            false => drop(tokio::spawn(without_a_buffer(socket))),
        }
    }
}

async fn with_a_buffer(mut socket: TcpStream) -> std::io::Result<()> {
    let mut buffer = vec![0; BUFFER];
    loop {
        match socket.read(&mut buffer).await? {
            0 => return Ok(()),
            count => socket.write_all(&buffer[..count]).await?,
        }
    }
}

async fn without_a_buffer(mut socket: TcpStream) -> std::io::Result<()> {
    loop {
        socket.readable().await?;
        let Some(rest) = echo_now(&socket)? else { return Ok(()) };
        socket.write_all(&rest).await?;
    }
}

/// Echoes what is there, with a buffer on the thread's stack. Gives what the socket would not
/// take, or `None` at the end.
fn echo_now(socket: &TcpStream) -> std::io::Result<Option<Vec<u8>>> {
    let mut buffer = [0; BUFFER];
    let count = match socket.try_read(&mut buffer) {
        Ok(0) => return Ok(None),
        Ok(count) => count,
        Err(err) if err.kind() == ErrorKind::WouldBlock => return Ok(Some(vec![])),
        Err(err) => return Err(err),
    };
    match socket.try_write(&buffer[..count]) {
        Ok(written) => Ok(Some(buffer[written..count].to_vec())),
        Err(err) if err.kind() == ErrorKind::WouldBlock => {
            Ok(Some(buffer[..count].to_vec()))
        }
        Err(err) => Err(err),
    }
}
