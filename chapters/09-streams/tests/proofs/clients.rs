//! Sessions of real clients with the stage.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use crate::stage::real::{self, output, redis_cli};
use crate::stage::{PATIENCE, Server, expect, request};

/// A `redis-cli` that listens, until it is dropped.
struct Listener {
    process: Child,
    lines: std::io::Lines<BufReader<std::process::ChildStdout>>,
}

impl Listener {
    fn start(server: &Server, args: &[&str]) -> Listener {
        let mut process =
            redis_cli(server).args(args).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        Listener { process, lines }
    }

    fn hears(&mut self, lines: &[&str]) {
        for line in lines {
            assert_eq!(self.lines.next().unwrap().unwrap(), *line);
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
#[ignore = "needs redis-cli"]
fn redis_cli_subscribes_in_both_versions_of_resp() {
    let server = Server::start();
    for version in ["-2", "-3"] {
        let mut names =
            Listener::start(&server, &[version, "SUBSCRIBE", "news", "sport"]);
        names.hears(&["subscribe", "news", "1", "subscribe", "sport", "2"]);
        let mut patterns = Listener::start(&server, &[version, "PSUBSCRIBE", "n[a-f]*"]);
        patterns.hears(&["psubscribe", "n[a-f]*", "1"]);
        let publish = |channel: &str, payload: &str| {
            output(redis_cli(&server).args(["PUBLISH", channel, payload]), b"")
        };
        assert_eq!(publish("news", "hello"), "2\n");
        assert_eq!(publish("sport", "2:1"), "1\n");
        assert_eq!(publish("nothing", "?"), "0\n");
        assert_eq!(publish("news", ""), "2\n");
        names.hears(&["message", "news", "hello", "message", "sport", "2:1"]);
        names.hears(&["message", "news", ""]);
        patterns.hears(&["pmessage", "n[a-f]*", "news", "hello"]);
        patterns.hears(&["pmessage", "n[a-f]*", "news", ""]);
        assert_eq!(
            output(redis_cli(&server).args(["PUBSUB", "CHANNELS"]), b""),
            "news\nsport\n"
        );
        assert_eq!(
            output(redis_cli(&server).args(["PUBSUB", "NUMSUB", "news", "x"]), b""),
            "news\n1\nx\n0\n"
        );
        drop((names, patterns));
        // They are gone, and the server notices.
        let deadline = Instant::now() + PATIENCE;
        while publish("news", "anybody?") != "0\n" {
            assert!(Instant::now() < deadline, "somebody still listens");
        }
    }
}

#[test]
#[ignore = "needs redis-benchmark"]
fn redis_benchmark_publishes_while_somebody_listens() {
    let server = Server::start();
    let mut listener = Listener::start(&server, &["SUBSCRIBE", "news"]);
    listener.hears(&["subscribe", "news", "1"]);
    let port = server.addr.port().to_string();
    let said = output(
        Command::new("redis-benchmark").args([
            "-p", &port, "-n", "20000", "-P", "16", "-q", "PUBLISH", "news", "hello",
        ]),
        b"",
    );
    assert!(!said.to_lowercase().contains("err"), "{said}");
    for _ in 0..20_000 {
        listener.hears(&["message", "news", "hello"]);
    }
    expect(&mut server.connect(), &request(&["PUBLISH", "news", "last"]), b":1\r\n");
    listener.hears(&["message", "news", "last"]);
}

#[test]
#[ignore = "needs the crates redis and fred"]
fn the_crates_redis_and_fred_have_a_session() {
    real::crates_have_a_session(&Server::start());
}

#[test]
#[ignore = "needs Python"]
fn the_python_package_has_a_session() {
    real::python_has_a_session(&Server::start());
}
