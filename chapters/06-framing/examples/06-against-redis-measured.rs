//! The stage beside Redis and `mini-redis-server`, under `redis-benchmark`, in one interleaved run: on a machine that has
//! nothing else to do, and again beside two threads that never rest.
//!
//! Needs `redis-server` and `redis-benchmark`, and once `cargo install mini-redis@0.4.1 --root target/mini-redis`.
//!
//! ```console
//! $ cargo run --release --example 06-against-redis-measured
//! $ cargo run --release --example 06-against-redis-measured -- quick
//! ```

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// The unit of the times in `/proc/PID/stat`, on every Linux there is.
const TICKS_A_SECOND: f64 = 100.0;

const CLIENTS: u64 = 50;

const STAGE: &str = "06-framing";
/// Tokio starts as many worker threads as there are cores, or as this variable says.
const ONE_WORKER: &str = "06-framing, one worker";
const REDIS: &str = "redis-server";
const MINI_REDIS: &str = "mini-redis-server";

fn main() -> ExitCode {
    let rounds = match std::env::args().nth(1).as_deref() {
        None => 5,
        Some("quick") => 1,
        Some(_) => {
            eprintln!("usage: … --example 06-against-redis-measured [-- quick]");
            return ExitCode::from(2);
        }
    };
    match compare(rounds) {
        Ok(()) => ExitCode::SUCCESS,
        Err(err) => {
            eprintln!("{err}");
            ExitCode::FAILURE
        }
    }
}

fn compare(rounds: usize) -> Outcome {
    let servers = [
        Server::start(STAGE, &stage()?, |port| {
            vec!["serve".into(), format!("127.0.0.1:{port}")]
        })?,
        Server::start(ONE_WORKER, &stage()?, |port| {
            vec!["serve".into(), format!("127.0.0.1:{port}")]
        })?,
        Server::start(REDIS, Path::new("redis-server"), |port| {
            let words = format!("--bind 127.0.0.1 --port {port} --appendonly no --save");
            words.split(' ').chain([""]).map(String::from).collect()
        })?,
        Server::start(MINI_REDIS, &mini_redis()?, |port| {
            vec!["--port".into(), port.to_string()]
        })?,
    ];

    println!("{}", version("redis-server")?);
    println!(
        "{CLIENTS} clients of redis-benchmark, values of 3 bytes, the median of {rounds} interleaved rounds"
    );
    for busy in [0, 2] {
        beside(busy, || compare_each(&servers, rounds, busy > 0))?;
    }

    println!(
        "\nserver CPU: a request, and as a multiple of Redis's in the same round, the median of the rounds."
    );
    println!("load CPU: how busy redis-benchmark kept its one core.");
    println!(
        "A core that is shared slows everything down and tells little about a server; its CPU time is its own."
    );

    println!("\nan idle connection, after a PING, in the server's memory");
    for server in servers.iter().filter(|server| server.name != ONE_WORKER) {
        // `mini-redis-server` takes 250 connections and lets the others wait.
        let connections = if server.name == MINI_REDIS { 200 } else { 4000 };
        let each = server.idle(connections)?;
        println!("{:<18} {each:>8} bytes, over {connections} connections", server.name);
    }
    Ok(())
}

/// Runs something while so many threads of ours do nothing but count.
fn beside<T>(busy: usize, run: impl FnOnce() -> T) -> T {
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..busy {
            scope.spawn(|| {
                let mut count = 0_u64;
                while !over.load(Relaxed) {
                    count = std::hint::black_box(count.wrapping_add(1));
                }
            });
        }
        let outcome = run();
        over.store(true, Relaxed);
        outcome
    })
}

fn compare_each(servers: &[Server], rounds: usize, busy: bool) -> Outcome {
    // It would take minutes a round, and says nothing new.
    let servers: Vec<&Server> =
        servers.iter().filter(|server| !busy || server.name != MINI_REDIS).collect();
    let redis = servers.iter().position(|server| server.name == REDIS);
    let redis = redis.expect("it is one of them");
    for pipeline in [1, 16, 64] {
        println!(
            "\n-P {pipeline}{}",
            if busy { ", beside two busy threads" } else { "" }
        );
        println!(
            "{:<4} {:<23}{:>12} {:>8} {:>9} {:>12} {:>8} {:>9}",
            "", "", "requests/s", "× redis", "p99", "server CPU", "× redis", "load CPU"
        );
        for command in ["set", "get"] {
            let mut trials: Vec<Vec<Trial>> =
                servers.iter().map(|_| Vec::new()).collect();
            for _ in 0..rounds {
                for (server, trials) in servers.iter().zip(&mut trials) {
                    trials.push(server.trial(command, pipeline)?);
                }
            }
            for (server, trial) in servers.iter().zip(&trials) {
                println!(
                    "{:<4} {:<23}{:>12.0} {:>8.2} {:>6.2} ms {:>9.2} µs {:>8.2} {:>7.0} %",
                    command.to_uppercase(),
                    server.name,
                    median(trial, |trial| trial.requests),
                    multiple(trial, &trials[redis], |trial| trial.requests),
                    median(trial, |trial| trial.p99),
                    median(trial, |trial| trial.server_cpu),
                    multiple(trial, &trials[redis], |trial| trial.server_cpu),
                    median(trial, |trial| trial.load_cpu),
                );
            }
        }
    }
    Ok(())
}

/// What `redis-benchmark` says, and what both processes took meanwhile.
struct Trial {
    /// Requests a second.
    requests: f64,
    /// Milliseconds.
    p99: f64,
    /// Microseconds a request.
    server_cpu: f64,
    /// Of `redis-benchmark`, percent of the time that it ran.
    load_cpu: f64,
}

fn median(trials: &[Trial], value: impl Fn(&Trial) -> f64) -> f64 {
    middle(trials.iter().map(value).collect())
}

/// The median over the rounds: what is compared was measured within seconds.
fn multiple(trials: &[Trial], of: &[Trial], value: impl Fn(&Trial) -> f64) -> f64 {
    middle(trials.iter().zip(of).map(|(this, that)| value(this) / value(that)).collect())
}

fn middle(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

struct Server {
    name: &'static str,
    process: Child,
    port: u16,
}

impl Server {
    fn start(
        name: &'static str,
        program: &Path,
        args: impl Fn(u16) -> Vec<String>,
    ) -> Outcome<Server> {
        // Free a moment ago. Should somebody else take it first, the server ends, and we say so.
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut command = Command::new(program);
        if name == ONE_WORKER {
            command.env("TOKIO_WORKER_THREADS", "1");
        }
        let process = command
            .args(args(port))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|err| format!("cannot start {}: {err}", program.display()))?;
        let mut server = Server { name, process, port };
        let end = Instant::now() + Duration::from_secs(10);
        while server.ping().is_err() {
            if server.process.try_wait()?.is_some() || Instant::now() > end {
                return Err(format!("{name} does not answer").into());
            }
            sleep(Duration::from_millis(20));
        }
        match server.process.try_wait()? {
            None => Ok(server),
            Some(_) => Err(format!("{name} has ended, and somebody else answers").into()),
        }
    }

    fn ping(&self) -> Outcome<TcpStream> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        stream.write_all(b"*1\r\n$4\r\nPING\r\n")?;
        stream.read_exact(&mut [0; 7])?;
        Ok(stream)
    }

    fn trial(&self, command: &str, pipeline: u64) -> Outcome<Trial> {
        // Some two seconds each. What a server does at a go that it has not got to is short enough.
        let slow = self.name == MINI_REDIS && pipeline > 1;
        let requests = match pipeline {
            1 => 200_000,
            _ if slow => 40_000 * pipeline / 16,
            _ => 3_000_000 * pipeline.isqrt() / 4,
        };
        let begin = Instant::now();
        let load_before = cpu_of_ended_children()?;
        let server_before = self.cpu_seconds()?;
        let output = Command::new("redis-benchmark")
            .args(["-p", &self.port.to_string(), "-t", command, "--csv"])
            .args(["-P", &pipeline.to_string(), "-n", &requests.to_string()])
            .args(["-c", &CLIENTS.to_string()])
            .output()
            .map_err(|err| format!("cannot start redis-benchmark: {err}"))?;
        let server_cpu = self.cpu_seconds()? - server_before;
        let load_cpu = cpu_of_ended_children()? - load_before;
        let took = begin.elapsed().as_secs_f64();
        let said = String::from_utf8(output.stdout)?;
        let line = said.lines().last().ok_or("redis-benchmark says nothing")?;
        let fields: Vec<&str> =
            line.split(',').map(|field| field.trim_matches('"')).collect();
        let field =
            |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok());
        let (Some(rate), Some(p99)) = (field(1), field(6)) else {
            return Err(format!("redis-benchmark says {line}").into());
        };
        Ok(Trial {
            requests: rate,
            p99,
            server_cpu: server_cpu * 1e6 / requests as f64,
            load_cpu: load_cpu / took * 100.0,
        })
    }

    fn cpu_seconds(&self) -> Outcome<f64> {
        cpu_seconds(&format!("/proc/{}/stat", self.process.id()), 11)
    }

    /// Bytes of memory that an idle connection holds.
    fn idle(&self, connections: usize) -> Outcome<usize> {
        let before = self.resident_bytes()?;
        let idle: Vec<TcpStream> =
            (0..connections).map(|_| self.ping()).collect::<Outcome<_>>()?;
        // Redis takes back what a connection read into, in its own time.
        sleep(Duration::from_secs(3));
        let during = self.resident_bytes()?;
        drop(idle);
        Ok(during.saturating_sub(before) / connections)
    }

    fn resident_bytes(&self) -> Outcome<usize> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .ok_or("no VmRSS")?;
        Ok(line.trim().trim_end_matches(" kB").parse::<usize>()? * 1024)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Of `redis-benchmark`, since it is the only child of ours that ends meanwhile.
fn cpu_of_ended_children() -> Outcome<f64> {
    cpu_seconds("/proc/self/stat", 13)
}

/// In user mode and in the kernel: two fields of `/proc/PID/stat`, counted from behind the name.
fn cpu_seconds(stat: &str, field: usize) -> Outcome<f64> {
    let stat = fs::read_to_string(stat)?;
    let (_, fields) = stat.rsplit_once(')').ok_or("no process name")?;
    let ticks: Vec<f64> = fields
        .split_whitespace()
        .skip(field)
        .take(2)
        .map(str::parse)
        .collect::<Result<_, _>>()?;
    Ok(ticks.iter().sum::<f64>() / TICKS_A_SECOND)
}

/// The stage, beside this program, and as new as its source.
fn stage() -> Outcome<PathBuf> {
    let cargo = Command::new(env!("CARGO"))
        .args(["build", "--release", "--quiet", "--example", "06-framing"])
        .status()?;
    if !cargo.success() {
        return Err("the stage does not build".into());
    }
    Ok(std::env::current_exe()?.with_file_name("06-framing"))
}

fn mini_redis() -> Outcome<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/mini-redis");
    let program = root.join("bin/mini-redis-server");
    match program.exists() {
        true => Ok(program),
        false => {
            Err("first: cargo install mini-redis@0.4.1 --root target/mini-redis".into())
        }
    }
}

fn version(program: &str) -> Outcome<String> {
    let output = Command::new(program).arg("--version").output()?;
    let said = String::from_utf8(output.stdout)?;
    Ok(said.split(" sha=").next().unwrap_or_default().to_owned())
}
