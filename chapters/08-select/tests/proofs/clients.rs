//! Sessions of real clients with the stage, and the stage beside a real Redis.

use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use conform::real::{Redis, output, redis_benchmark};
use conform::wire::{connect, expect};

use crate::STAGE;

#[test]
#[ignore = "needs redis-server"]
fn an_idle_client_hears_the_same_from_both() {
    let (redis, server) =
        (Redis::start(&["--timeout", "1"]), STAGE.start_with(&["--timeout", "1"]));
    for addr in [redis.addr(), server.addr()] {
        let mut client = connect(addr);
        expect(&mut client, b"PING\r\n", b"+PONG\r\n");
        let begun = Instant::now();
        let mut rest = Vec::new();
        client.read_to_end(&mut rest).unwrap();
        assert!(rest.is_empty(), "{}", rest.escape_ascii());
        // Redis looks ten times a second, and counts whole seconds.
        assert!(begun.elapsed() >= Duration::from_millis(900), "{:?}", begun.elapsed());
    }
}

#[test]
#[ignore = "needs redis-server"]
fn half_a_request_keeps_a_client_with_both() {
    let (redis, server) =
        (Redis::start(&["--timeout", "2"]), STAGE.start_with(&["--timeout", "2"]));
    let mut clients = [connect(redis.addr()), connect(server.addr())];
    // Over four seconds, with never more than a little between two bytes.
    for byte in b"*1\r\n$4\r\nPING\r\n" {
        for client in &mut clients {
            client.write_all(&[*byte]).unwrap();
        }
        std::thread::sleep(Duration::from_millis(300));
    }
    for client in &mut clients {
        expect(client, b"", b"+PONG\r\n");
    }
}

#[test]
#[ignore = "needs redis-cli"]
fn redis_cli_says_the_same_when_it_was_idle_for_too_long() {
    let (redis, server) =
        (Redis::start(&["--timeout", "1"]), STAGE.start_with(&["--timeout", "1"]));
    let sessions = [redis.addr(), server.addr()].map(|addr| {
        let mut cli = Command::new("redis-cli")
            .args(["-p", &addr.port().to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("redis-cli is installed");
        let mut lines = cli.stdin.take().unwrap();
        lines.write_all(b"SET city Paris\nGET city\n").unwrap();
        (cli, lines)
    });
    std::thread::sleep(Duration::from_millis(3500));
    let said = sessions.map(|(cli, mut lines)| {
        let _ = lines.write_all(b"GET city\nquit\n");
        drop(lines);
        let output = cli.wait_with_output().unwrap();
        String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
    });
    assert_eq!(said[0], said[1]);
    assert!(said[1].starts_with("OK\nParis\n"), "{said:?}");
    assert!(said[1].contains("Server closed the connection"), "{said:?}");
}

#[test]
#[ignore = "needs redis-benchmark"]
fn redis_benchmark_runs_alone_and_in_pipelines() {
    for options in [&[][..], &["--timeout", "1"]] {
        let server = STAGE.start_with(options);
        for pipeline in ["1", "16", "64"] {
            let said = output(
                redis_benchmark(server.addr())
                    .args(["-t", "set,get,incr", "-e", "--csv"])
                    .args(["-P", pipeline, "-n", "20000", "-r", "1000"]),
                b"",
            );
            // A headline and a line a test.
            assert_eq!(said.lines().count(), 4, "{said}");
            assert!(!said.to_lowercase().contains("err"), "{said}");
        }
    }
}

#[cfg(unix)]
#[test]
#[ignore = "needs redis-benchmark"]
fn a_server_under_load_ends_when_it_is_told_to() {
    for signal in ["TERM", "INT"] {
        let server = STAGE.start();
        let mut load = redis_benchmark(server.addr())
            .args(["-t", "incr", "-P", "16", "-n", "1000000000"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("redis-benchmark is installed");
        // Under load, that is.
        let mut client = server.connect();
        loop {
            client.write_all(b"GET counter:__rand_int__\r\n").unwrap();
            let mut said = [0; 64];
            let n = client.read(&mut said).unwrap();
            if n > 9 {
                break;
            }
        }
        server.signal(signal);
        let mut rest = Vec::new();
        client.read_to_end(&mut rest).unwrap();
        assert!(rest.is_empty());
        drop(client);
        let (status, said) = server.end();
        assert!(status.success(), "{signal}: {status}");
        assert!(said.contains("all connections have ended"), "{said}");
        // It has lost its server, and says so or tries again for ever.
        let _ = load.kill();
        let _ = load.wait();
    }
}
