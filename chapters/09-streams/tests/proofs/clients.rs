//! Sessions of real clients with the stage.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Instant;

use conform::PATIENCE;
use conform::real::{self, output, redis_benchmark, redis_cli};
use conform::stage::Server;
use conform::wire::{expect, request};

use crate::STAGE;

/// A `redis-cli` that listens, until it is dropped.
struct Listener {
    process: Child,
    lines: std::io::Lines<BufReader<std::process::ChildStdout>>,
}

impl Listener {
    fn start(server: &Server, args: &[&str]) -> Listener {
        let mut process =
            redis_cli(server.addr()).args(args).stdout(Stdio::piped()).spawn().unwrap();
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
    let server = STAGE.start();
    for version in ["-2", "-3"] {
        let mut names =
            Listener::start(&server, &[version, "SUBSCRIBE", "news", "sport"]);
        names.hears(&["subscribe", "news", "1", "subscribe", "sport", "2"]);
        let mut patterns = Listener::start(&server, &[version, "PSUBSCRIBE", "n[a-f]*"]);
        patterns.hears(&["psubscribe", "n[a-f]*", "1"]);
        let publish = |channel: &str, payload: &str| {
            output(redis_cli(server.addr()).args(["PUBLISH", channel, payload]), b"")
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
            output(redis_cli(server.addr()).args(["PUBSUB", "CHANNELS"]), b""),
            "news\nsport\n"
        );
        assert_eq!(
            output(redis_cli(server.addr()).args(["PUBSUB", "NUMSUB", "news", "x"]), b""),
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
    let server = STAGE.start();
    let mut listener = Listener::start(&server, &["SUBSCRIBE", "news"]);
    listener.hears(&["subscribe", "news", "1"]);
    let said = output(
        redis_benchmark(server.addr())
            .args(["-n", "20000", "-P", "16", "-q", "PUBLISH", "news", "hello"]),
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
    let clients = Path::new(env!("CARGO_MANIFEST_DIR")).join("clients");
    assert_eq!(real::rust(&clients, STAGE.start().addr()), "redis: ok\nfred: ok\n");
}

#[test]
#[ignore = "needs Python"]
fn the_python_package_has_a_session() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("clients/session.py");
    assert_eq!(real::python(&script, STAGE.start().addr()), "redis-py: ok\n");
}
