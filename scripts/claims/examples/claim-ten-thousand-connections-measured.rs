//! "For 10,000 connections, threads will not do": memory and context switches of three echo
//! servers.
//!
//! ```console
//! $ cargo run --release --example claim-ten-thousand-connections-measured
//! $ cargo run --release --example claim-ten-thousand-connections-measured -- quick
//! ```
//!
//! Each server is a process of its own, so that the load is not counted. First one connection
//! after the other gets an echo, then all at once. `/proc` says what the server took for it.

use std::fmt;
use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use claims::{
    Child, Effort, Memory, Panel, Plot, Spread, Switches, Table, bytes, cpu_seconds,
    interleaved, kernel_memory, memory, number, switches,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// As many as some well-known servers have by default.
const POOL: usize = 200;
const MESSAGE: [u8; 64] = [b'.'; 64];
const BUFFER: usize = 1024;
/// Enough for any server that answers at all.
const PATIENCE: Duration = Duration::from_millis(1500);

#[derive(Clone, Copy, PartialEq)]
enum Server {
    Tasks,
    Threads,
    Pool,
}

const SERVERS: [Server; 3] = [Server::Tasks, Server::Threads, Server::Pool];

impl Server {
    fn role(self) -> &'static str {
        match self {
            Server::Tasks => "tasks",
            Server::Threads => "threads",
            Server::Pool => "pool",
        }
    }
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Server::Tasks => f.write_str("a task each"),
            Server::Threads => f.write_str("a thread each"),
            Server::Pool => write!(f, "a pool of {POOL} threads"),
        }
    }
}

fn main() -> Result<()> {
    // The limit is said below.
    let files = rlimit::increase_nofile_limit(u64::MAX).unwrap_or(1024) as usize;
    if let Some(role) = Child::role() {
        return match role.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["tasks"] => serve_with_tasks(),
            ["threads"] => serve_with_threads(),
            ["pool"] => serve_with_a_pool(),
            _ => bail!("unknown role: {role:?}"),
        };
    }
    let effort = Effort::from_args();
    let count = effort.pick(10_000.min(files - 100), 300);
    let rounds = effort.pick(3, 1);
    println!("{} rounds; ± is how far the farthest was from the median", effort.rounds());
    println!("a file limit of {files} allows {count} connections\n");
    let trials =
        interleaved(effort.rounds(), &SERVERS, |server| measure(*server, count, rounds))?;

    let mut table =
        Table::new(["", "echoes", "reserved", "resident", "kernel, both ends"]);
    let mut sizes = Panel::new("resident memory of the server, in bytes", bytes);
    for (server, trials) in SERVERS.iter().zip(&trials) {
        let resident = Spread::of(trials, |one| one.memory.resident);
        table.row([
            server.to_string(),
            number(Spread::of(trials, |one| one.echoes).median()),
            Spread::of(trials, |one| one.memory.reserved).show(bytes),
            resident.show(bytes),
            Spread::of(trials, |one| one.kernel).show(bytes),
        ]);
        sizes.case(&server.to_string(), resident);
    }
    table.print();

    let mut table = Table::new([
        "one echo",
        "voluntary",
        "involuntary",
        "processor",
        "echoes a second",
    ]);
    let mut panel = Panel::new("context switches for one echo", number);
    type Part = fn(&Trial) -> Option<&Load>;
    let parts: [(&str, Part); 2] = [
        ("one at a time", |trial| trial.apart.as_ref()),
        ("all at once", |trial| trial.together.as_ref()),
    ];
    for (name, part) in parts {
        panel.group(name);
        for (server, trials) in SERVERS.iter().zip(&trials) {
            let loads: Vec<&Load> = trials.iter().filter_map(part).collect();
            if loads.is_empty() {
                continue;
            }
            let of = |value: fn(&Load) -> f64| Spread::of(&loads, |load| value(load));
            table.row([
                format!("{name}, {server}"),
                of(|load| load.switches.voluntary).show(number),
                of(|load| load.switches.involuntary).show(number),
                of(|load| load.processor).show(claims::time),
                of(|load| load.rate).show(number),
            ]);
            let all = of(|load| load.switches.voluntary + load.switches.involuntary);
            panel.case(&server.to_string(), all);
        }
    }
    table.print();
    println!("echoes: of {count} that were asked for at once");
    println!(
        "voluntary, involuntary: context switches of the server's threads for one echo"
    );
    Plot::new("Threads take more memory, and switch more often when all are busy at once")
        .panel(sizes)
        .panel(panel)
        .write()
}

struct Trial {
    /// How many connections had an answer when all asked at once.
    echoes: f64,
    /// What the connections added, in bytes.
    memory: Memory,
    kernel: f64,
    /// Not where some never get an answer.
    apart: Option<Load>,
    together: Option<Load>,
}

/// What an echo takes.
struct Load {
    switches: Switches,
    /// Nanoseconds.
    processor: f64,
    /// Echoes a second.
    rate: f64,
}

fn measure(server: Server, count: usize, rounds: usize) -> Result<Trial> {
    let mut child = Child::start(&[server.role()])?;
    let address = child.line()?;
    let id = child.id();
    let connect = || -> Result<TcpStream> {
        let client = TcpStream::connect(&address).context("cannot connect")?;
        client.set_nodelay(true)?;
        Ok(client)
    };
    // What comes with the first connection is there before we count.
    echo(&connect()?)?;
    let (before, kernel_before) = (memory(id)?, kernel_memory()?);
    let mut clients = Vec::new();
    for nth in 0..count {
        let client = connect()?;
        if server != Server::Pool {
            // The server has taken it up, and has its buffer.
            echo(&client)?;
        } else if nth % 50 == 49 {
            // Nobody says when it is accepted, and not too many may wait for that.
            thread::sleep(Duration::from_millis(2));
        }
        clients.push(client);
    }
    let mut trial = Trial {
        echoes: 0.0,
        memory: Memory { reserved: 0.0, resident: 0.0 },
        kernel: 0.0,
        apart: None,
        together: None,
    };
    if server != Server::Pool {
        trial.apart = Some(load(id, count, || clients.iter().try_for_each(echo))?);
        trial.together = Some(load(id, count * rounds, || {
            for _ in 0..rounds {
                for client in &clients {
                    (&mut &*client).write_all(&MESSAGE)?;
                }
                for client in &clients {
                    (&mut &*client).read_exact(&mut [0; MESSAGE.len()])?;
                }
            }
            Ok(())
        })?);
    }
    trial.echoes = echoes(&clients)? as f64;
    let (now, kernel) = (memory(id)?, kernel_memory()?);
    trial.memory = Memory {
        reserved: now.reserved - before.reserved,
        resident: now.resident - before.resident,
    };
    trial.kernel = kernel - kernel_before;
    // The end that hangs up keeps the port for a minute.
    drop(child);
    Ok(trial)
}

/// What the server takes for so many echoes.
fn load(id: u32, echoes: usize, run: impl FnOnce() -> Result<()>) -> Result<Load> {
    let (switches_before, processor_before) = (switches(id)?, cpu_seconds(id)?);
    let begin = Instant::now();
    run()?;
    let took = begin.elapsed();
    let (switches, processor) = (switches(id)?, cpu_seconds(id)?);
    let echoes = echoes as f64;
    Ok(Load {
        switches: Switches {
            voluntary: (switches.voluntary - switches_before.voluntary) / echoes,
            involuntary: (switches.involuntary - switches_before.involuntary) / echoes,
        },
        processor: (processor - processor_before) * 1e9 / echoes,
        rate: echoes / took.as_secs_f64(),
    })
}

fn echo(client: &TcpStream) -> Result<()> {
    let mut client = client;
    client.write_all(&MESSAGE)?;
    client.read_exact(&mut [0; MESSAGE.len()]).context("the server does not echo")
}

/// How many of them get an echo, if all ask at once and have some patience.
fn echoes(clients: &[TcpStream]) -> Result<usize> {
    for mut client in clients {
        client.write_all(&MESSAGE)?;
        client.set_nonblocking(true)?;
    }
    let begin = Instant::now();
    let mut waiting: Vec<&TcpStream> = clients.iter().collect();
    while !waiting.is_empty() && begin.elapsed() < PATIENCE {
        thread::sleep(Duration::from_millis(20));
        let mut still = Vec::new();
        for mut client in waiting {
            match client.read(&mut [0; MESSAGE.len()]) {
                Ok(1..) => {}
                Ok(0) => bail!("the server hangs up"),
                Err(err) if err.kind() == ErrorKind::WouldBlock => still.push(client),
                Err(err) => return Err(err.into()),
            }
        }
        waiting = still;
    }
    Ok(clients.len() - waiting.len())
}

/// The role of a server with a task for each connection.
#[tokio::main]
async fn serve_with_tasks() -> Result<()> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    Child::say(&listener.local_addr()?.to_string())?;
    loop {
        let (mut socket, _) = listener.accept().await?;
        socket.set_nodelay(true)?;
        tokio::spawn(async move {
            let mut buffer = vec![0; BUFFER];
            loop {
                match socket.read(&mut buffer).await? {
                    0 => return std::io::Result::Ok(()),
                    count => socket.write_all(&buffer[..count]).await?,
                }
            }
        });
    }
}

/// The role of a server with a thread for each connection.
fn serve_with_threads() -> Result<()> {
    let listener = listen()?;
    loop {
        let socket = listener.accept()?.0;
        thread::Builder::new()
            .spawn(move || serve(&socket))
            .context("this machine allows no more threads")?;
    }
}

/// The role of a server whose threads take one connection after the other.
fn serve_with_a_pool() -> Result<()> {
    let listener = listen()?;
    let (send, receive) = mpsc::channel::<TcpStream>();
    let receive = Arc::new(Mutex::new(receive));
    for _ in 0..POOL {
        let receive = receive.clone();
        thread::spawn(move || {
            loop {
                let next = receive.lock().expect("nobody panics").recv();
                let Ok(socket) = next else { return };
                // One connection's trouble is its own.
                let _ = serve(&socket);
            }
        });
    }
    loop {
        send.send(listener.accept()?.0)?;
    }
}

fn listen() -> Result<TcpListener> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    Child::say(&listener.local_addr()?.to_string())?;
    Ok(listener)
}

fn serve(mut socket: &TcpStream) -> std::io::Result<()> {
    socket.set_nodelay(true)?;
    let mut buffer = vec![0; BUFFER];
    loop {
        match socket.read(&mut buffer)? {
            0 => return Ok(()),
            count => socket.write_all(&buffer[..count])?,
        }
    }
}
