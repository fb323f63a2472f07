//! "An echo's P99 is under 100 µs at over a million requests a second": an echo server under
//! load.
//!
//! ```console
//! $ cargo run --release --example claim-echo-measured
//! $ cargo run --release --example claim-echo-measured -- quick
//! ```
//!
//! The server is a process of its own. The load is a closed loop first: each connection sends a
//! message when it has the last one's echo, so while the server stops, nobody asks, and the wait
//! is counted once for each connection. That is coordinated omission. Then the load is sent
//! on a schedule, at half the rate, and a latency counts from when a message was due. One server
//! stops now and then, to show what the difference is.

use std::cell::RefCell;
use std::fmt;
use std::io::{ErrorKind, Write};
use std::net;
use std::rc::Rc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use claims::{
    Child, Effort, Panel, Plot, Spread, Table, cpu_seconds, interleaved, number, time,
};
use hdrhistogram::Histogram;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{LocalSet, spawn_local};

const MESSAGE: usize = 64;
/// So many messages go out in one write where they go in batches.
const BATCH: usize = 64;

/// The server that stops does so for this long…
const STOP: Duration = Duration::from_millis(100);
/// … this often.
const EVERY: Duration = Duration::from_millis(500);

#[derive(Clone, Copy)]
struct Case {
    connections: usize,
    batch: usize,
    stops: bool,
}

const fn plain(connections: usize) -> Case {
    Case { connections, batch: 1, stops: false }
}

impl Case {
    fn in_words(&self) -> String {
        let (number, rest) = (self.connections.to_string(), self.to_string());
        let noun = if self.connections == 1 { "connection" } else { "connections" };
        rest.replacen(&number, &format!("{number} {noun}"), 1)
    }
}

const CASES: [Case; 6] = [
    plain(1),
    plain(10),
    plain(100),
    plain(1000),
    Case { connections: 10, batch: 1, stops: true },
    Case { connections: 10, batch: BATCH, stops: false },
];

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.connections)?;
        if self.stops {
            f.write_str(", server stops")?;
        }
        if self.batch > 1 {
            write!(f, ", {} at a time", self.batch)?;
        }
        Ok(())
    }
}

fn main() -> Result<()> {
    // A thousand connections are more than some systems allow unasked.
    let files = rlimit::increase_nofile_limit(u64::MAX).unwrap_or(1024);
    if let Some(role) = Child::role() {
        return match role.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["steady"] => serve(),
            ["stops"] => serve_with_stops(),
            _ => bail!("unknown role: {role:?}"),
        };
    }
    let effort = Effort::from_args();
    // Or the system lets a sleeping thread wait 50 µs longer than it asked for.
    let _ = std::fs::write("/proc/self/timerslack_ns", "1");
    let time_for_each =
        effort.pick(Duration::from_millis(700), Duration::from_millis(50));
    let cases: Vec<Case> =
        CASES.into_iter().filter(|case| case.connections as u64 + 50 < files).collect();
    let trials =
        interleaved(effort.rounds(), &cases, |case| measure(*case, time_for_each))?;

    println!(
        "{} rounds; ± is how far the farthest was from the median\n",
        effort.rounds()
    );
    println!("closed loop; processor: what a request takes of the server's");
    let mut table =
        Table::new(["connections", "requests a second", "P50", "P99", "processor"]);
    for (case, trials) in cases.iter().zip(&trials) {
        let of = |value: fn(&Trial) -> f64| Spread::of(trials, value);
        table.row([
            case.to_string(),
            of(|trial| trial.rate).show(number),
            of(|trial| trial.closed.half).show(time),
            of(|trial| trial.closed.most).show(time),
            of(|trial| trial.processor).show(time),
        ]);
    }
    table.print();

    println!("on a schedule, at half of that rate");
    let mut table =
        Table::new(["connections", "sent a second", "P50", "P99", "sender late, P99"]);
    let mut latencies = Panel::new("P99 of the latency, by connections", time)
        .claim("under 100 µs", 100_000.0);
    let mut rates = Panel::new("requests a second, closed loop, by connections", number)
        .claim("over 1,000,000", 1e6);
    for (case, trials) in cases.iter().zip(&trials) {
        let name = case.to_string();
        rates.case(&name, Spread::of(trials, |trial| trial.rate));
        latencies.group(&case.in_words());
        latencies.case("closed loop", Spread::of(trials, |trial| trial.closed.most));
        if case.batch > 1 {
            continue;
        }
        let on_schedule = |value: fn(&Open) -> f64| {
            Spread::of(trials, |trial| trial.open.as_ref().map_or(0.0, value))
        };
        table.row([
            name,
            on_schedule(|open| open.rate).show(number),
            on_schedule(|open| open.latency.half).show(time),
            on_schedule(|open| open.latency.most).show(time),
            on_schedule(|open| open.late).show(time),
        ]);
        latencies.case("on a schedule", on_schedule(|open| open.latency.most));
    }
    table.print();
    Plot::new("What a P99 says depends on who asks while the server stops")
        .panel(latencies)
        .panel(rates)
        .write()
}

struct Trial {
    /// Requests a second.
    rate: f64,
    closed: Latency,
    /// Nanoseconds of the server a request.
    processor: f64,
    open: Option<Open>,
}

/// What came of a schedule.
struct Open {
    /// Requests a second.
    rate: f64,
    latency: Latency,
    /// How late the sender was for one in a hundred, in nanoseconds.
    late: f64,
}

/// In nanoseconds: half were faster than this, and 99 in a hundred than that.
struct Latency {
    half: f64,
    most: f64,
}

impl Latency {
    fn of(histogram: &Histogram<u64>) -> Latency {
        Latency {
            half: histogram.value_at_quantile(0.5) as f64,
            most: histogram.value_at_quantile(0.99) as f64,
        }
    }
}

/// Up to a minute, with three digits that count.
fn histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, 60_000_000_000, 3).expect("these bounds are valid")
}

fn measure(case: Case, duration: Duration) -> Result<Trial> {
    let mut server = Child::start(&[if case.stops { "stops" } else { "steady" }])?;
    let address = server.line()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let local = LocalSet::new();
    // Stops must be in it often enough to be in the hundredth part, or to be missed there.
    let duration = if case.stops { duration.max(2 * EVERY) } else { duration };
    let run = |for_time| {
        let load = closed_loop(&address, case, for_time);
        local.block_on(&runtime, load)
    };
    run(duration / 10)?;
    let processor_before = cpu_seconds(server.id()).unwrap_or(0.0);
    let (closed, rate) = run(duration)?;
    let processor = cpu_seconds(server.id()).unwrap_or(0.0) - processor_before;
    let requests = rate * duration.as_secs_f64();
    let open = match case.batch {
        1 => {
            let load = on_schedule(&address, case.connections, rate / 2.0, duration);
            Some(local.block_on(&runtime, load)?)
        }
        _ => None,
    };
    Ok(Trial {
        rate,
        closed: Latency::of(&closed),
        processor: processor * 1e9 / requests,
        open,
    })
}

async fn connect(address: &str, count: usize) -> Result<Vec<net::TcpStream>> {
    let mut sockets = Vec::new();
    for _ in 0..count {
        let mut socket = TcpStream::connect(address).await.context("cannot connect")?;
        socket.set_nodelay(true)?;
        // The server has got it.
        socket.write_all(&[0; MESSAGE]).await?;
        socket.read_exact(&mut [0; MESSAGE]).await?;
        sockets.push(socket.into_std()?);
    }
    Ok(sockets)
}

/// Each connection sends when it has its echo. Gives the latencies, and requests a second.
async fn closed_loop(
    address: &str,
    case: Case,
    duration: Duration,
) -> Result<(Histogram<u64>, f64)> {
    let latencies = Rc::new(RefCell::new(histogram()));
    let sockets = connect(address, case.connections).await?;
    let begin = Instant::now();
    let mut running = Vec::new();
    for socket in sockets {
        let mut socket = TcpStream::from_std(socket)?;
        let latencies = latencies.clone();
        running.push(spawn_local(async move {
            let mut messages = vec![0; MESSAGE * case.batch];
            while begin.elapsed() < duration {
                let sent = Instant::now();
                socket.write_all(&messages).await?;
                socket.read_exact(&mut messages).await?;
                let took = sent.elapsed().as_nanos() as u64;
                latencies.borrow_mut().saturating_record(took);
            }
            std::io::Result::Ok(())
        }));
    }
    for one in running {
        one.await??;
    }
    let took = begin.elapsed();
    let latencies = latencies.replace(histogram());
    let requests = latencies.len() as f64 * case.batch as f64;
    Ok((latencies, requests / took.as_secs_f64()))
}

/// A message has the time in it at which it was due; its echo tells how long that is ago.
async fn on_schedule(
    address: &str,
    connections: usize,
    rate: f64,
    duration: Duration,
) -> Result<Open> {
    let sockets = connect(address, connections).await?;
    let senders: Vec<net::TcpStream> =
        sockets.iter().map(net::TcpStream::try_clone).collect::<Result<_, _>>()?;
    let latencies = Rc::new(RefCell::new(histogram()));
    let begin = Instant::now();
    let mut receiving = Vec::new();
    for socket in sockets {
        let mut socket = TcpStream::from_std(socket)?;
        let latencies = latencies.clone();
        receiving.push(spawn_local(async move {
            let mut message = [0; MESSAGE];
            while socket.read_exact(&mut message).await.is_ok() {
                let (due, _) = message.split_first_chunk().expect("it is longer");
                let now = begin.elapsed().as_nanos() as u64;
                let took = now.saturating_sub(u64::from_le_bytes(*due));
                latencies.borrow_mut().saturating_record(took);
            }
        }));
    }
    let sender = thread::spawn(move || send(&senders, begin, rate, duration));
    // The server hangs up when it has sent back all, and we are done.
    for one in receiving {
        one.await?;
    }
    let late = sender.join().expect("the sender does not panic")?;
    let latencies = latencies.replace(histogram());
    if latencies.len() != late.len() {
        bail!("{} sent, {} came back", late.len(), latencies.len());
    }
    Ok(Open {
        rate: late.len() as f64 / duration.as_secs_f64(),
        latency: Latency::of(&latencies),
        late: Latency::of(&late).most,
    })
}

/// Sends in turn through all sockets, never waits for an echo, and says how late it was.
fn send(
    sockets: &[net::TcpStream],
    begin: Instant,
    rate: f64,
    duration: Duration,
) -> Result<Histogram<u64>> {
    let mut late = histogram();
    let mut message = [0; MESSAGE];
    for nth in 0..(rate * duration.as_secs_f64()) as usize {
        let due = Duration::from_secs_f64(nth as f64 / rate);
        if let Some(early) = due.checked_sub(begin.elapsed()) {
            thread::sleep(early);
        }
        let due = due.as_nanos() as u64;
        late.saturating_record((begin.elapsed().as_nanos() as u64).saturating_sub(due));
        message[..8].copy_from_slice(&due.to_le_bytes());
        let mut socket = &sockets[nth % sockets.len()];
        // It takes more than the server can be behind. Should it be full, the clock runs on.
        while let Err(err) = socket.write(&message) {
            match err.kind() {
                ErrorKind::WouldBlock => thread::sleep(Duration::from_micros(100)),
                _ => return Err(err.into()),
            }
        }
    }
    for socket in sockets {
        socket.shutdown(net::Shutdown::Write)?;
    }
    Ok(late)
}

/// The role of an echo server.
#[tokio::main]
async fn serve() -> Result<()> {
    accept().await
}

/// The role of an echo server with a task that blocks its only thread now and then.
#[tokio::main(flavor = "current_thread")]
async fn serve_with_stops() -> Result<()> {
    tokio::spawn(async {
        loop {
            tokio::time::sleep(EVERY - STOP).await;
            thread::sleep(STOP);
        }
    });
    accept().await
}

async fn accept() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    Child::say(&listener.local_addr()?.to_string())?;
    loop {
        let (mut socket, _) = listener.accept().await?;
        socket.set_nodelay(true)?;
        tokio::spawn(async move {
            let mut buffer = vec![0; MESSAGE * BATCH];
            loop {
                match socket.read(&mut buffer).await? {
                    0 => return std::io::Result::Ok(()),
                    count => socket.write_all(&buffer[..count]).await?,
                }
            }
        });
    }
}
