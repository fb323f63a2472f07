//! A stage as it runs, a process of its own, for the proofs of every chapter whose stage is a Redis
//! server. Each of them says in `STAGE` which stage it means.

pub mod real;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// Long enough that only a server which never answers, or never ends, reaches it.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Built by Cargo itself: `cargo test` has done so already, `cargo test --test proofs` has not.
pub static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| {
    let test = std::env::current_exe().unwrap();
    let profile = test.ancestors().nth(2).unwrap();
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--quiet", "--example", super::STAGE]);
    if profile.ends_with("release") {
        cargo.arg("--release");
    }
    cargo.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    assert!(cargo.status().unwrap().success(), "the stage builds");
    profile.join("examples").join(super::STAGE)
});

/// The stage, serving on a free port until this is dropped.
pub struct Server {
    process: Child,
    pub addr: SocketAddr,
    said: BufReader<ChildStdout>,
}

impl Server {
    pub fn start() -> Server {
        Server::start_with(&[])
    }

    pub fn start_with(options: &[&str]) -> Server {
        let mut process = Command::new(&*PROGRAM)
            .args(["serve", "127.0.0.1:0"])
            .args(options)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        said.read_line(&mut line).unwrap();
        let addr = line.trim_end().strip_prefix("listening on ").expect(&line);
        let addr = addr.parse().unwrap();
        // Kept open: whoever prints into a closed pipe panics.
        Server { process, addr, said }
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.addr).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_nodelay(true).unwrap();
        stream
    }

    /// The next client is answered, at once and as always.
    pub fn still_serves(&self) {
        expect(&mut self.connect(), b"*1\r\n$4\r\nPING\r\n", b"+PONG\r\n");
    }

    /// What the process holds in memory. Always 0 where there is no `/proc`: there only the replies count.
    pub fn resident_kib(&self) -> u64 {
        let path = format!("/proc/{}/status", self.process.id());
        let Ok(status) = std::fs::read_to_string(path) else { return 0 };
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }

    /// Sends a signal: `TERM` or `INT`.
    #[cfg(unix)]
    pub fn kill(&self, signal: &str) {
        let kill = format!("kill -{signal} {}", self.process.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    }

    /// Waits until the process has ended, and returns how, and what it said since it began to listen.
    pub fn end(mut self) -> (ExitStatus, String) {
        let deadline = Instant::now() + PATIENCE;
        let status = loop {
            match self.process.try_wait().unwrap() {
                Some(status) => break status,
                None => assert!(Instant::now() < deadline, "the server does not end"),
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        let mut said = String::new();
        self.said.read_to_string(&mut said).unwrap();
        (status, said)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Sends a request, and reads exactly as many bytes as the reply has.
pub fn expect(stream: &mut TcpStream, request: &[u8], reply: &[u8]) {
    stream.write_all(request).unwrap();
    let mut got = vec![0; reply.len()];
    stream
        .read_exact(&mut got)
        .unwrap_or_else(|e| panic!("{}: {e}", request.escape_ascii()));
    assert_eq!(got.escape_ascii().to_string(), reply.escape_ascii().to_string());
}

/// Sends bytes, says that there are no more, and returns all that comes back.
pub fn converse(addr: SocketAddr, bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(addr).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(bytes).unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    let mut reply = Vec::new();
    stream
        .read_to_end(&mut reply)
        .unwrap_or_else(|e| panic!("{}: {e}", bytes.escape_ascii()));
    reply
}

/// A request as clients send it: an array of bulk strings.
pub fn request(words: &[&str]) -> Vec<u8> {
    let mut wire = format!("*{}\r\n", words.len());
    for word in words {
        wire += &format!("${}\r\n{word}\r\n", word.len());
    }
    wire.into_bytes()
}
