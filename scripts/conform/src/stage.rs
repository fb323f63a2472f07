//! A stage as it runs, a process of its own.

use std::io::{BufRead, BufReader, Read};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Condvar, Mutex, OnceLock};
use std::time::Instant;

use crate::{PATIENCE, raise_file_limit, wire};

/// The program of a stage: an example of the workspace.
#[derive(Debug)]
pub struct Stage {
    name: &'static str,
    program: OnceLock<PathBuf>,
}

impl Stage {
    /// The stage of this name, `06-framing` for one.
    pub const fn new(name: &'static str) -> Stage {
        Stage { name, program: OnceLock::new() }
    }

    /// Where its program is. The first call has Cargo build it, with the profile of the test that asks: `cargo test` has
    /// done so already, `cargo test --test proofs` has not.
    pub fn program(&self) -> &Path {
        self.program.get_or_init(|| {
            let profile = profile_folder();
            let mut cargo = cargo();
            cargo.args(["build", "--quiet", "--example", self.name]);
            match profile.file_name().and_then(|name| name.to_str()) {
                Some("debug") | None => {}
                Some(profile) => drop(cargo.args(["--profile", profile])),
            }
            cargo.current_dir(root());
            assert!(cargo.status().unwrap().success(), "{} builds", self.name);
            profile.join("examples").join(self.name)
        })
    }

    /// Starts it with `serve 127.0.0.1:0`, and waits until it listens.
    pub fn start(&self) -> Server {
        self.start_with(&[])
    }

    /// The same, with more arguments behind the address.
    pub fn start_with(&self, options: &[&str]) -> Server {
        raise_file_limit();
        Server::start(
            Command::new(self.program()).args(["serve", "127.0.0.1:0"]).args(options),
        )
    }

    /// The same, but the process may open only so many files, sockets included.
    #[cfg(unix)]
    pub fn start_with_few_files(&self, files: u32) -> Server {
        let limited = format!("ulimit -n {files} && exec \"$0\" serve 127.0.0.1:0");
        Server::start(Command::new("sh").args(["-c", &limited]).arg(self.program()))
    }
}

/// A server that was started here. It ends when this is dropped.
#[derive(Debug)]
pub struct Server {
    process: Child,
    addr: SocketAddr,
    output: Arc<Said>,
    errors: Arc<Said>,
}

impl Server {
    /// Starts a program that prints `listening on ADDR` as its first line once it accepts connections.
    pub fn start(command: &mut Command) -> Server {
        let mut process = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?}: {error}"));
        // Read to the end, and kept: whoever prints into a pipe that is full waits.
        let (output, first) = Said::collect(process.stdout.take().unwrap());
        let (errors, _) = Said::collect(process.stderr.take().unwrap());
        let line = first.recv_timeout(PATIENCE).unwrap_or_default();
        let addr = line.trim_end().strip_prefix("listening on ");
        let Some(addr) = addr.and_then(|addr| addr.parse().ok()) else {
            let _ = process.kill();
            let _ = process.wait();
            panic!("{command:?} does not listen: {line:?}, {:?}", errors.all());
        };
        Server { process, addr, output, errors }
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// A connection to it. See [`wire::connect`].
    pub fn connect(&self) -> TcpStream {
        wire::connect(self.addr)
    }

    /// The next client is answered, as always. See [`wire::still_serves`].
    pub fn still_serves(&self) {
        wire::still_serves(self.addr);
    }

    /// The process's number.
    pub fn id(&self) -> u32 {
        self.process.id()
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
    pub fn signal(&self, signal: &str) {
        let kill = format!("kill -{signal} {}", self.process.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    }

    /// Waits until the server has written these words to its standard error.
    pub fn complains(&self, words: &str) {
        self.errors.wait_for(words);
    }

    /// What it has written to its standard error so far.
    pub fn complaints(&self) -> String {
        self.errors.text.lock().unwrap().so_far.clone()
    }

    /// Waits until the process has ended, and returns how, and what it printed.
    pub fn end(mut self) -> (ExitStatus, String) {
        let deadline = Instant::now() + PATIENCE;
        let status = loop {
            match self.process.try_wait().unwrap() {
                Some(status) => break status,
                None => assert!(Instant::now() < deadline, "the server does not end"),
            }
            std::thread::sleep(std::time::Duration::from_millis(5));
        };
        (status, self.output.all())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What a process has said on one of its pipes.
#[derive(Debug, Default)]
struct Said {
    text: Mutex<Text>,
    more: Condvar,
}

#[derive(Debug, Default)]
struct Text {
    so_far: String,
    ended: bool,
}

impl Said {
    /// Reads a pipe to its end, in a thread. The first line comes through the channel, too.
    fn collect(pipe: impl Read + Send + 'static) -> (Arc<Said>, Receiver<String>) {
        let said = Arc::new(Said::default());
        let (first, receiver) = channel();
        let (shared, mut pipe) = (said.clone(), BufReader::new(pipe));
        std::thread::spawn(move || {
            let mut line = Vec::new();
            while matches!(pipe.read_until(b'\n', &mut line), Ok(1..)) {
                let text = String::from_utf8_lossy(&line).into_owned();
                shared.text.lock().unwrap().so_far.push_str(&text);
                shared.more.notify_all();
                // Nobody waits for the second.
                let _ = first.send(text);
                line.clear();
            }
            shared.text.lock().unwrap().ended = true;
            shared.more.notify_all();
        });
        (said, receiver)
    }

    fn wait_for(&self, words: &str) {
        let missing = |text: &mut Text| !text.so_far.contains(words) && !text.ended;
        let text = self.text.lock().unwrap();
        let (text, _) = self.more.wait_timeout_while(text, PATIENCE, missing).unwrap();
        assert!(text.so_far.contains(words), "{words:?} is missing: {:?}", text.so_far);
    }

    /// Everything, once the pipe has ended.
    fn all(&self) -> String {
        let open = |text: &mut Text| !text.ended;
        let text = self.text.lock().unwrap();
        let (text, _) = self.more.wait_timeout_while(text, PATIENCE, open).unwrap();
        text.so_far.clone()
    }
}

/// The workspace.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The Cargo that runs this test.
pub(crate) fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Where Cargo puts what it builds for this test: `target/debug`, mostly.
fn profile_folder() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    test.ancestors().nth(2).unwrap().to_owned()
}

/// A folder for what tests build or install.
pub(crate) fn scratch(name: &str) -> PathBuf {
    profile_folder().parent().unwrap().join(name)
}
