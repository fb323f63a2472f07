//! The stages as a reader and a stranger on the network meet them: run from the command line, served to real clients,
//! and left in the middle of a frame.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::LazyLock;
use std::time::Duration;

/// Every stage.
const STAGES: [&str; 10] = [
    "01-hello-tokio",
    "02-spawning",
    "03-shared-state",
    "04-channels",
    "05-io",
    "06-framing",
    "07-async-in-depth",
    "08-select",
    "09-streams",
    "10-blocking",
];

/// The stages that serve Redis clients, and so far support GET, SET and PING.
const SERVERS: [&str; 5] =
    ["02-spawning", "03-shared-state", "06-framing", "08-select", "09-streams"];

/// The stages that are clients.
const CLIENTS: [&str; 2] = ["01-hello-tokio", "04-channels"];

/// Long enough that only a server which never answers reaches it.
const PATIENCE: Duration = Duration::from_secs(30);

static EXECUTABLES: LazyLock<HashMap<String, PathBuf>> =
    LazyLock::new(|| course::keep::record::build_examples().expect("the examples build"));

fn stage(name: &str) -> Command {
    let mut command = Command::new(&EXECUTABLES[name]);
    command.stdin(Stdio::null());
    command
}

/// A stage that serves on a free port until it is dropped.
struct Server {
    process: Child,
    addr: SocketAddr,
}

impl Server {
    fn start(name: &str) -> Server {
        Server::start_with(name, &[])
    }

    fn start_with(name: &str, options: &[&str]) -> Server {
        let mut process = stage(name)
            .args(["serve", "127.0.0.1:0"])
            .args(options)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        lines.read_line(&mut line).unwrap();
        let addr =
            line.trim_end().strip_prefix("listening on ").expect(&line).parse().unwrap();
        // What it says later goes nowhere, but must not fill the pipe.
        std::thread::spawn(move || std::io::copy(&mut lines, &mut std::io::sink()));
        Server { process, addr }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.addr).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    /// Sends a request, and reads exactly as many bytes as the expected reply has.
    fn expect(&self, stream: &mut TcpStream, request: &str, reply: &str) {
        stream.write_all(request.as_bytes()).unwrap();
        let mut got = vec![0; reply.len()];
        stream.read_exact(&mut got).unwrap_or_else(|e| panic!("{request:?}: {e}"));
        assert_eq!(String::from_utf8_lossy(&got), reply, "the reply to {request:?}");
    }

    /// A new client is answered.
    fn still_serves(&self) {
        self.expect(&mut self.connect(), &request(&["PING"]), "+PONG\r\n");
    }

    fn resident_kib(&self) -> u64 {
        let path = format!("/proc/{}/status", self.process.id());
        let status = std::fs::read_to_string(path).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn request(words: &[&str]) -> String {
    let word = |word: &&str| format!("${}\r\n{word}\r\n", word.len());
    format!("*{}\r\n{}", words.len(), words.iter().map(word).collect::<String>())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn every_stage_ends_well_also_twice_at_the_same_time() {
    for name in STAGES {
        let runs: Vec<Child> = (0..2)
            .map(|_| {
                stage(name).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
            })
            .collect();
        for run in runs {
            let Output { status, stderr, .. } = run.wait_with_output().unwrap();
            assert!(status.success(), "{name}: {status}: {}", text(&stderr));
            assert!(!text(&stderr).contains("panicked"), "{name}: {}", text(&stderr));
        }
    }
}

#[test]
fn a_taken_port_is_one_line_that_names_it() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = taken.local_addr().unwrap().to_string();
    for name in SERVERS.into_iter().chain(["05-io", "07-async-in-depth", "10-blocking"]) {
        let Output { status, stderr, .. } =
            stage(name).args(["serve", &addr]).output().unwrap();
        let stderr = text(&stderr);
        assert_eq!(status.code(), Some(1), "{name}: {stderr}");
        assert!(stderr.contains(&addr), "{name}: {stderr}");
        assert_eq!(stderr.trim_end().lines().count(), 1, "{name}: {stderr}");
    }
}

#[test]
fn a_client_without_a_server_is_told_so_in_one_line() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = listener.local_addr().unwrap().to_string();
    drop(listener);
    for name in CLIENTS {
        let Output { status, stderr, .. } =
            stage(name).args(["connect", &addr]).output().unwrap();
        let stderr = text(&stderr);
        assert_eq!(status.code(), Some(1), "{name}: {stderr}");
        assert!(stderr.contains(&addr), "{name}: {stderr}");
        assert_eq!(stderr.trim_end().lines().count(), 1, "{name}: {stderr}");
    }
}

#[test]
fn a_client_stage_uses_a_server_that_is_already_there() {
    let server = Server::start("03-shared-state");
    for name in CLIENTS {
        let Output { status, stderr, .. } =
            stage(name).args(["connect", &server.addr.to_string()]).output().unwrap();
        assert!(status.success(), "{name}: {}", text(&stderr));
    }
}

#[test]
fn commands_that_make_no_sense_name_the_usage() {
    for name in STAGES {
        let Output { status, stderr, .. } = stage(name).arg("dance").output().unwrap();
        let stderr = text(&stderr);
        assert_eq!(status.code(), Some(2), "{name}: {stderr}");
        assert!(stderr.contains(name), "{name}: {stderr}");
    }
}

#[cfg(unix)]
#[test]
fn chapter_10_reads_its_jokes_again_when_told_to() {
    let file = std::env::temp_dir().join(format!("10-reload-{}", std::process::id()));
    std::fs::write(&file, "old\n").unwrap();
    let options =
        ["--file", file.to_str().unwrap(), "--workers", "2", "--keep-alive", "1"];
    let server = Server::start_with("10-blocking", &options);
    let told = || {
        let mut joke = String::new();
        server.connect().read_to_string(&mut joke).unwrap();
        joke
    };
    assert_eq!(told(), "old\n");
    std::fs::write(&file, "new\n").unwrap();
    assert_eq!(told(), "old\n");
    let kill = format!("kill -HUP {}", server.process.id());
    assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    let start = std::time::Instant::now();
    while told() != "new\n" {
        assert!(start.elapsed() < PATIENCE, "it never read the new file");
    }
    std::fs::remove_file(&file).unwrap();
    // The old jokes stay when the file is gone, and the server goes on.
    assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    for _ in 0..100 {
        assert_eq!(told(), "new\n");
    }
}

#[test]
fn replies_are_those_of_redis_to_the_byte() {
    for name in SERVERS {
        let server = Server::start(name);
        let mut client = server.connect();
        for (words, reply) in [
            (&["PING"][..], "+PONG\r\n"),
            (&["SET", "greeting", "hello"], "+OK\r\n"),
            (&["GET", "greeting"], "$5\r\nhello\r\n"),
            (&["get", "greeting"], "$5\r\nhello\r\n"),
            (&["SET", "empty", ""], "+OK\r\n"),
            (&["GET", "empty"], "$0\r\n\r\n"),
            (&["GET", "nothing"], "$-1\r\n"),
            (&["GET"], "-ERR wrong number of arguments for 'get' command\r\n"),
            (&["SET", "key"], "-ERR wrong number of arguments for 'set' command\r\n"),
            (
                &["FLY", "me", "to"],
                "-ERR unknown command 'FLY', with args beginning with: 'me' 'to' \r\n",
            ),
            (&["GET", "greeting"], "$5\r\nhello\r\n"),
        ] {
            server.expect(&mut client, &request(words), reply);
        }
    }
}

#[test]
fn a_pipeline_is_answered_in_order() {
    for name in SERVERS {
        let server = Server::start(name);
        let pipeline =
            request(&["SET", "k", "v"]) + &request(&["GET", "k"]) + &request(&["PING"]);
        server.expect(&mut server.connect(), &pipeline, "+OK\r\n$1\r\nv\r\n+PONG\r\n");
    }
}

#[test]
fn connections_share_one_database_from_chapter_3_on() {
    for (name, reply) in [
        ("02-spawning", "$-1\r\n"),
        ("03-shared-state", "$1\r\nv\r\n"),
        ("06-framing", "$1\r\nv\r\n"),
        ("08-select", "$1\r\nv\r\n"),
        ("09-streams", "$1\r\nv\r\n"),
    ] {
        let server = Server::start(name);
        server.expect(&mut server.connect(), &request(&["SET", "k", "v"]), "+OK\r\n");
        server.expect(&mut server.connect(), &request(&["GET", "k"]), reply);
    }
}

#[test]
fn garbage_costs_only_its_own_connection() {
    for name in SERVERS {
        let server = Server::start(name);
        let mut bystander = server.connect();
        server.expect(&mut bystander, &request(&["SET", "k", "v"]), "+OK\r\n");
        for garbage in [
            &b"\x00\xff\xfe garbage\r\n"[..],
            b"*x\r\n",
            b"$-7\r\n",
            b"+\xff\xfe\r\n",
            b":1\r\n",
        ] {
            let mut vandal = server.connect();
            vandal.write_all(garbage).unwrap();
            let _ = vandal.shutdown(std::net::Shutdown::Write);
            // It gets an error reply or a closed connection, and does not hang.
            let mut reply = Vec::new();
            if vandal.read_to_end(&mut reply).is_ok() && !reply.is_empty() {
                assert!(
                    reply.starts_with(b"-ERR"),
                    "{name}: {garbage:?}: {}",
                    text(&reply)
                );
            }
        }
        server.expect(&mut bystander, &request(&["GET", "k"]), "$1\r\nv\r\n");
        server.still_serves();
    }
}

#[test]
fn a_length_of_4_gib_reserves_no_memory() {
    for name in SERVERS {
        let server = Server::start(name);
        server.still_serves();
        let before = server.resident_kib();
        let mut braggart = server.connect();
        braggart.write_all(b"*2\r\n$3\r\nGET\r\n$4294967296\r\nabc").unwrap();
        server.still_serves();
        let after = server.resident_kib();
        assert!(
            after < before + (64 << 10),
            "{name}: {before} KiB before, {after} KiB after"
        );
    }
}

#[test]
fn a_client_that_leaves_in_the_middle_of_a_frame_is_not_missed() {
    for name in SERVERS {
        let server = Server::start(name);
        let frame = request(&["SET", "k", "value"]);
        for end in 1..frame.len() {
            server.connect().write_all(&frame.as_bytes()[..end]).unwrap();
        }
        server.still_serves();
    }
}

#[test]
fn ten_thousand_connections_come_and_go() {
    for name in SERVERS {
        let server = Server::start(name);
        // A PING now and then, so that we do not run ahead of the listener's queue of 128: the
        // kernel would drop what does not fit, and try again a second later.
        for _ in 0..100 {
            for _ in 0..100 {
                server.connect();
            }
            server.still_serves();
        }
    }
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_a_server() {
    for name in SERVERS {
        let mut server = Server::start(name);
        let kill = format!("kill -INT {}", server.process.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
        let start = std::time::Instant::now();
        while server.process.try_wait().unwrap().is_none() {
            assert!(
                start.elapsed() < PATIENCE,
                "{name} goes on (does this shell ignore SIGINT?)"
            );
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

#[test]
#[ignore = "needs redis-cli"]
fn the_real_redis_cli_has_a_session() {
    // Chapter 06 answers COMMAND DOCS, and has sessions of its own with every client.
    for name in ["02-spawning", "03-shared-state"] {
        let server = Server::start(name);
        let port = server.addr.port().to_string();
        let mut cli = Command::new("redis-cli")
            .args(["-p", &port])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("redis-cli is installed");
        let session = "PING\nSET greeting hello\nGET greeting\nGET nothing\nFLY me\nGET\nCOMMAND DOCS\nPING\n";
        cli.stdin.take().unwrap().write_all(session.as_bytes()).unwrap();
        let output = text(&cli.wait_with_output().unwrap().stdout);
        let replies: Vec<&str> =
            output.lines().map(str::trim_end).filter(|l| !l.is_empty()).collect();
        assert_eq!(
            replies,
            [
                "PONG",
                "OK",
                "hello",
                "ERR unknown command 'FLY', with args beginning with: 'me'",
                "ERR wrong number of arguments for 'get' command",
                "ERR unknown command 'COMMAND', with args beginning with: 'DOCS'",
                "PONG",
            ],
            "{name}"
        );
    }
}
