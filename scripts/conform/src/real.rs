//! Clients that nobody wrote for this course, and a real Redis.
//!
//! They need programs from outside Cargo. A test that uses one is `#[ignore = "needs ..."]`.

use std::io::Write;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::PATIENCE;
use crate::stage::{cargo, scratch};

/// What a program prints, if it ends well.
pub fn output(command: &mut Command, input: &[u8]) -> String {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{command:?} is not installed: {error}"));
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {}\n{said}\n{errors}", output.status);
    said
}

/// `redis-cli`, connected to a server.
pub fn redis_cli(addr: SocketAddr) -> Command {
    let mut command = Command::new("redis-cli");
    command.args(["-h", &addr.ip().to_string(), "-p", &addr.port().to_string()]);
    command
}

/// `redis-benchmark`, pointed at a server.
pub fn redis_benchmark(addr: SocketAddr) -> Command {
    let mut command = Command::new("redis-benchmark");
    command.args(["-h", &addr.ip().to_string(), "-p", &addr.port().to_string()]);
    command
}

/// A real Redis on a free port, without files. It ends when this is dropped.
#[derive(Debug)]
pub struct Redis {
    process: Child,
    addr: SocketAddr,
}

impl Redis {
    /// Starts with these settings besides the usual.
    pub fn start(options: &[&str]) -> Redis {
        // Free a moment ago. Should somebody else take it first, our own server ends at once.
        let addr = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let mut process = Command::new("redis-server")
            .args(["--bind", "127.0.0.1", "--port", &addr.port().to_string()])
            .args(["--save", "", "--appendonly", "no", "--loglevel", "warning"])
            // As many as the stages have.
            .args(["--databases", "1"])
            .args(options)
            .stdout(Stdio::null())
            .spawn()
            .expect("redis-server is installed");
        let deadline = Instant::now() + PATIENCE;
        while TcpStream::connect(addr).is_err() {
            assert!(process.try_wait().unwrap().is_none(), "redis-server has ended");
            assert!(Instant::now() < deadline, "redis-server does not answer");
            std::thread::sleep(Duration::from_millis(10));
        }
        assert!(process.try_wait().unwrap().is_none(), "{addr} was taken meanwhile");
        Redis { process, addr }
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Runs the Rust program in a folder, a workspace of its own, with the address as its argument, and returns what it
/// prints.
pub fn rust(folder: &Path, addr: SocketAddr) -> String {
    output(
        cargo()
            .args(["run", "--quiet", "--locked", "--manifest-path"])
            .arg(folder.join("Cargo.toml"))
            .arg("--target-dir")
            .arg(scratch("clients"))
            .args(["--", &addr.to_string()]),
        b"",
    )
}

/// Runs a Python script, which may import the package `redis`, with the port as its argument, and returns what it prints.
pub fn python(script: &Path, addr: SocketAddr) -> String {
    let venv = scratch("python");
    if !venv.join("bin/pip").exists() {
        output(Command::new("python3").args(["-m", "venv"]).arg(&venv), b"");
    }
    output(Command::new(venv.join("bin/pip")).args(["install", "--quiet", "redis"]), b"");
    output(
        Command::new(venv.join("bin/python")).arg(script).arg(addr.port().to_string()),
        b"",
    )
}

/// Installs what `package-lock.json` in a folder names, elsewhere, and runs the folder's `session.mjs` there with the port
/// as its argument. Returns what it prints.
pub fn node(folder: &Path, addr: SocketAddr) -> String {
    let here = scratch("node");
    std::fs::create_dir_all(&here).unwrap();
    for file in ["package.json", "package-lock.json", "session.mjs"] {
        std::fs::copy(folder.join(file), here.join(file)).unwrap();
    }
    let quiet = ["--no-audit", "--no-fund", "--ignore-scripts", "--silent"];
    output(Command::new("npm").arg("ci").args(quiet).current_dir(&here), b"");
    let port = addr.port().to_string();
    output(Command::new("node").args(["session.mjs", &port]).current_dir(&here), b"")
}
