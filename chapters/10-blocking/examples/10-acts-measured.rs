//! The eight acts under load, and how many threads the blocking pool should have.
//!
//! ```console
//! $ cargo run --release --example 10-acts-measured
//! ```
//!
//! Each act serves from a process of its own, and this process plays the clients, so both share the machine. The
//! acts take turns, in another order each round. A burst is timed from its first connect until its last client has
//! a whole joke. The processor time is the server's own, its kernel time included (on Linux; elsewhere it is zero).

#[path = "10-act-1-in-the-task.rs"]
#[allow(dead_code)]
mod act_1;
#[path = "10-act-2-on-the-pool.rs"]
#[allow(dead_code)]
mod act_2;
#[path = "10-act-3-as-a-stream.rs"]
#[allow(dead_code)]
mod act_3;
#[path = "10-act-4-by-hand.rs"]
#[allow(dead_code)]
mod act_4;
#[path = "10-act-5-a-channel.rs"]
#[allow(dead_code)]
mod act_5;
#[path = "10-act-6-framed.rs"]
#[allow(dead_code)]
mod act_6;
#[path = "10-act-7-tokio-fs.rs"]
#[allow(dead_code)]
mod act_7;
#[path = "10-act-8-cached.rs"]
#[allow(dead_code)]
mod act_8;

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Instant;
use std::{env, fs, io, process};

use blocking::{Cache, Index, JOKES, listen, serve};
use claims::{Panel, Plot, Spread, time};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

const ROUNDS: usize = 5;
/// Bursts of a thousand in a round; one more comes before them and is not counted.
const BURSTS: usize = 10;
/// How many clients may wait for their first byte at a time: what the listener's queue has room for.
const UNANSWERED: usize = 4000;

const ACTS: [&str; 8] = [
    "1 in the task",
    "2 on the pool",
    "3 as a stream",
    "4 by hand",
    "5 a channel",
    "6 framed",
    "7 tokio::fs",
    "8 cached",
];

/// What somebody measured with the Tokio of 2018.
const THEN: [&str; 8] = ["6.6", "3.0-3.3", "", "", "", "", "3.8", "1"];

/// How many threads the pool has; 512 is Tokio's own choice.
const POOLS: [usize; 5] = [1, 2, 4, 32, 512];

/// A file so many times as long, for some of the acts.
const LONGER: usize = 30;
const WITH_A_LONGER_FILE: [usize; 4] = [1, 2, 7, 8];

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome {
    let args: Vec<String> = env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => measure(),
        [act, blocking, file] => Ok(play(act.parse()?, blocking.parse()?, file)?),
        _ => Err("usage: cargo run --release --example 10-acts-measured".into()),
    }
}

/// Serves an act until the process that started this one is gone.
fn play(act: usize, blocking: usize, file: &str) -> io::Result<()> {
    let index = || Index::open(file, 0).map(Arc::new);
    let runtime = Builder::new_multi_thread()
        .enable_all()
        .max_blocking_threads(blocking)
        .build()?;
    let guard = runtime.enter();
    let listener = listen("127.0.0.1:0")?;
    println!("{}", listener.local_addr()?);
    match act {
        1 => runtime.spawn(serve(listener, index()?, act_1::tell)),
        2 => runtime.spawn(serve(listener, index()?, act_2::tell)),
        3 => runtime.spawn(serve(listener, index()?, act_3::tell)),
        4 => runtime.spawn(serve(listener, index()?, act_4::tell)),
        5 => runtime.spawn(serve(listener, index()?, act_5::tell)),
        6 => runtime.spawn(serve(listener, index()?, act_6::tell)),
        7 => runtime.spawn(serve(listener, index()?, act_7::tell)),
        _ => runtime.spawn(serve(listener, Cache::open(file, 0)?.into(), act_8::tell)),
    };
    io::copy(&mut io::stdin(), &mut io::sink())?;
    drop(guard);
    runtime.shutdown_background();
    Ok(())
}

/// How an act is set up, and what was seen of it.
#[derive(Clone)]
struct Trial {
    act: usize,
    blocking: usize,
    file: String,
    crowd: usize,        // how many clients after the bursts, all at once
    bursts: Vec<f64>,    // ms for a thousand clients
    crowds: Vec<f64>,    // ms
    processor: Vec<f64>, // µs a client
    threads: u64,
    memory: u64, // KiB, at its highest
}

impl Trial {
    fn new(act: usize, blocking: usize, file: &str, crowd: usize) -> Trial {
        let (bursts, crowds, processor) = Default::default();
        let file = file.to_owned();
        Trial {
            act,
            blocking,
            file,
            crowd,
            bursts,
            crowds,
            processor,
            threads: 0,
            memory: 0,
        }
    }
}

fn measure() -> Outcome {
    let crowd = crowd();
    let mut acts: Vec<Trial> =
        (1..=8).map(|act| Trial::new(act, 512, JOKES, crowd)).collect();
    in_turns(&mut acts)?;
    let mut pools: Vec<Trial> = POOLS.map(|pool| Trial::new(2, pool, JOKES, 0)).into();
    in_turns(&mut pools)?;
    let longer = env::temp_dir().join(format!("10-acts-measured-{}", process::id()));
    let longer = longer.to_string_lossy().into_owned();
    fs::write(&longer, format!("{}-----\n", fs::read_to_string(JOKES)?).repeat(LONGER))?;
    let mut long: Vec<Trial> =
        WITH_A_LONGER_FILE.map(|act| Trial::new(act, 512, &longer, 0)).into();
    in_turns(&mut long)?;
    fs::remove_file(&longer)?;

    println!("Medians, ± half of the way from the first quartile to the third.");
    println!("Ratios are to act 8.\n");
    let crowd = grouped(crowd) + " at once";
    let of = ["act", "1,000 at once", &crowd, "processor each", "in 2018"];
    println!("{:14}{:>17}{:>24}{:>24}{:>16}", of[0], of[1], of[2], of[3], of[4]);
    for (trial, then) in acts.iter().zip(THEN) {
        let best = &acts[7];
        let row = [
            figure(&trial.bursts, "ms"),
            ratio(&trial.bursts, &best.bursts),
            figure(&trial.crowds, "ms"),
            ratio(&trial.crowds, &best.crowds),
            figure(&trial.processor, "µs"),
            ratio(&trial.processor, &best.processor),
        ];
        let row = format!("{:14}{}{then:>9}", ACTS[trial.act - 1], row.concat());
        println!("{}", row.trim_end());
    }
    println!("\nwith a file {LONGER} times as long");
    for trial in &long {
        let best = &long[3];
        println!(
            "{:14}{}{}{:24}{}{}",
            ACTS[trial.act - 1],
            figure(&trial.bursts, "ms"),
            ratio(&trial.bursts, &best.bursts),
            "",
            figure(&trial.processor, "µs"),
            ratio(&trial.processor, &best.processor),
        );
    }
    let of =
        ["act 2, pool of", "1,000 at once", "processor each", "threads", "peak memory"];
    println!("\n{:14}{:>17}{:>17}{:>10}{:>14}", of[0], of[1], of[2], of[3], of[4]);
    for trial in &pools {
        println!(
            "{:<14}{}{}{:>10}{:>10.1} MiB",
            trial.blocking,
            figure(&trial.bursts, "ms"),
            figure(&trial.processor, "µs"),
            trial.threads,
            trial.memory as f64 / 1024.0,
        );
    }
    plot(&acts, &long)
}

/// What each act costs its server, drawn.
fn plot(acts: &[Trial], long: &[Trial]) -> Outcome {
    let mut panel = Panel::new("The server's processor time for a joke", time);
    let long_file = format!("a file {LONGER} times as long");
    for (group, trials) in [("the file as it is", acts), (&long_file, long)] {
        panel.group(group);
        for trial in trials {
            let spread = Spread::of(&trial.processor, |micros| micros * 1e3);
            panel.case(ACTS[trial.act - 1], spread);
        }
    }
    let mut bursts = Panel::new("Until each of 1,000 clients has its joke", time);
    for trial in acts {
        let spread = Spread::of(&trial.bursts, |millis| millis * 1e6);
        bursts.case(ACTS[trial.act - 1], spread);
    }
    Plot::new("The same server, eight times").panel(panel).panel(bursts).write()?;
    Ok(())
}

/// All of them take their turns, in each round from another one on, and not always after the same neighbor.
fn in_turns(trials: &mut [Trial]) -> Outcome {
    let clients = Runtime::new()?;
    for round in 0..ROUNDS {
        for turn in 0..trials.len() {
            let stride = if round % 2 == 0 { 1 } else { trials.len() - 1 };
            let trial = &mut trials[(turn * stride + round) % trials.len()];
            observe(&clients, trial)?;
        }
    }
    Ok(())
}

/// One trial, one round: bursts of a thousand, and a crowd.
fn observe(clients: &Runtime, trial: &mut Trial) -> Outcome {
    let server = Server::start(trial)?;
    clients.block_on(burst(server.addr, 1000))?;
    let before = server.processor();
    for _ in 0..BURSTS {
        trial.bursts.push(clients.block_on(burst(server.addr, 1000))?);
    }
    trial.processor.push((server.processor() - before) * 1e6 / (BURSTS * 1000) as f64);
    if trial.crowd > 0 {
        trial.crowds.push(clients.block_on(burst(server.addr, trial.crowd))?);
    }
    trial.threads = trial.threads.max(server.status("Threads:"));
    trial.memory = trial.memory.max(server.status("VmHWM:"));
    Ok(())
}

/// So many clients at once. Returns the milliseconds until each of them has a whole joke.
async fn burst(addr: SocketAddr, count: usize) -> io::Result<f64> {
    let room = Arc::new(Semaphore::new(UNANSWERED));
    let start = Instant::now();
    let mut clients = JoinSet::new();
    for _ in 0..count {
        let room = room.clone();
        clients.spawn(async move {
            let waiting = room.acquire_owned().await.map_err(io::Error::other)?;
            let mut socket = TcpStream::connect(addr).await?;
            let mut joke = Vec::with_capacity(1024);
            socket.read_buf(&mut joke).await?;
            drop(waiting);
            socket.read_to_end(&mut joke).await?;
            Ok::<_, io::Error>(joke.ends_with(b"\n"))
        });
    }
    while let Some(whole) = clients.join_next().await {
        if !whole?? {
            return Err(io::Error::other("a joke without its end"));
        }
    }
    Ok(start.elapsed().as_secs_f64() * 1e3)
}

/// As many clients as this process may have open files, but for a few; 10,000 at the most.
fn crowd() -> usize {
    let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let files = limits.lines().find_map(|line| line.strip_prefix("Max open files"));
    let soft = files.and_then(|rest| rest.split_whitespace().next()?.parse().ok());
    soft.unwrap_or(1024_usize).saturating_sub(100).min(10_000)
}

/// An act in a process of its own, until dropped.
struct Server {
    process: Child,
    addr: SocketAddr,
}

impl Server {
    fn start(trial: &Trial) -> Outcome<Server> {
        let mut process = Command::new(env::current_exe()?)
            .args([trial.act.to_string(), trial.blocking.to_string(), trial.file.clone()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        let stdout = process.stdout.take().ok_or("the server has no output")?;
        BufReader::new(stdout).read_line(&mut line)?;
        Ok(Server { process, addr: line.trim_end().parse()? })
    }

    /// The seconds it has had on a processor so far.
    fn processor(&self) -> f64 {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.process.id()));
        let stat = stat.unwrap_or_default();
        let fields = stat.rsplit(") ").next().unwrap_or_default().split(' ');
        let ticks: u64 =
            fields.skip(11).take(2).filter_map(|n| n.parse::<u64>().ok()).sum();
        ticks as f64 / 100.0 // a tick is 10 ms, on every Linux there is
    }

    fn status(&self, name: &str) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id()));
        let status = status.unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or(0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The figure at this part of the way from the lowest to the highest.
fn quantile(figures: &[f64], part: f64) -> f64 {
    let mut figures = figures.to_vec();
    figures.sort_by(f64::total_cmp);
    figures[((figures.len() - 1) as f64 * part).round() as usize]
}

fn figure(figures: &[f64], unit: &str) -> String {
    let spread = (quantile(figures, 0.75) - quantile(figures, 0.25)) / 2.0;
    format!("{:>7.1} ±{spread:>5.1} {unit}", quantile(figures, 0.5))
}

fn ratio(figures: &[f64], best: &[f64]) -> String {
    format!("{:>6.1}x", quantile(figures, 0.5) / quantile(best, 0.5))
}

fn grouped(n: usize) -> String {
    if n < 1000 { n.to_string() } else { format!("{},{:03}", n / 1000, n % 1000) }
}
