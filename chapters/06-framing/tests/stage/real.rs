//! Real clients, and a real Redis.

use std::io::Write;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::{PATIENCE, Server};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

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
pub fn redis_cli(server: &Server) -> Command {
    let mut command = Command::new("redis-cli");
    command.args(["-h", "127.0.0.1", "-p", &server.addr.port().to_string()]);
    command
}

/// A real Redis on a free port, without files.
pub struct Redis {
    process: Child,
    pub addr: SocketAddr,
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
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A session of the crates `redis` and `fred`, by the chapter's program `clients`.
pub fn crates_have_a_session(server: &Server) {
    let said = output(
        Command::new(env!("CARGO"))
            .args(["run", "--quiet", "--manifest-path"])
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("clients/Cargo.toml"))
            .arg("--target-dir")
            .arg(root().join("target/clients"))
            .args(["--", &server.addr.to_string()]),
        b"",
    );
    assert_eq!(said, "redis: ok\nfred: ok\n");
}

/// A session of Python's package `redis`, by the chapter's script.
pub fn python_has_a_session(server: &Server) {
    let venv = root().join("target/python");
    if !venv.join("bin/pip").exists() {
        output(Command::new("python3").args(["-m", "venv"]).arg(&venv), b"");
    }
    output(Command::new(venv.join("bin/pip")).args(["install", "--quiet", "redis"]), b"");
    let said = output(
        Command::new(venv.join("bin/python"))
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("clients/session.py"))
            .arg(server.addr.port().to_string()),
        b"",
    );
    assert_eq!(said, "redis-py: ok\n");
}
