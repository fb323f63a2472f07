//! Sessions of real clients with the stage, and the stage beside a real Redis.

use std::path::Path;
use std::process::Command;

use conform::real::{self, Redis, output, redis_benchmark, redis_cli};
use conform::wire::{converse, request};

use crate::STAGE;
use crate::server::{REPLIES, long_replies};

#[test]
#[ignore = "needs redis-server"]
fn a_real_redis_replies_what_the_table_says() {
    let redis = Redis::start(&[]);
    let short = REPLIES
        .iter()
        .map(|(sent, reply)| (sent.as_bytes().to_vec(), reply.as_bytes().to_vec()));
    for (sent, reply) in short.chain(long_replies()) {
        assert_eq!(converse(redis.addr(), b"FLUSHALL\r\n"), b"+OK\r\n");
        assert_eq!(
            converse(redis.addr(), &sent).escape_ascii().to_string(),
            reply.escape_ascii().to_string(),
            "{}",
            sent.escape_ascii()
        );
    }
}

#[test]
#[ignore = "needs redis-server"]
fn both_say_the_same_in_resp3() {
    let (redis, server) = (Redis::start(&[]), STAGE.start());
    let sent = "HELLO 3\r\nGET nothing\r\nSET k 1 XX\r\nSET k 1\r\nGET k\r\nINCR k\r\nCLIENT GETNAME\r\n\
                CONFIG GET save\r\nCONFIG GET nothing\r\nCOMMAND INFO nothing\r\nCOMMAND DOCS nothing\r\n\
                HELLO 9\r\nGET nothing\r\nHELLO 2 SETNAME me\r\nGET nothing\r\nCLIENT GETNAME\r\n";
    let said = |addr| {
        let said = String::from_utf8(converse(addr, sent.as_bytes())).unwrap();
        // The number of the connection is its own.
        let (mut masked, mut lines) = (Vec::new(), said.lines());
        while let Some(line) = lines.next() {
            masked.push(line);
            if line == "id" {
                lines.next();
            }
        }
        masked.join("\n")
    };
    assert_eq!(said(server.addr()), said(redis.addr()));
}

#[test]
#[ignore = "needs redis-server"]
fn all_that_info_tells_a_real_redis_tells_too() {
    let (redis, server) = (Redis::start(&[]), STAGE.start());
    let told = |addr| {
        let said = converse(addr, b"SET k v\r\nINFO\r\n");
        let said = String::from_utf8(said).unwrap();
        let lines = said.lines().skip(2).filter(|line| !line.is_empty());
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    let theirs = told(redis.addr());
    let own = |line: &str| line.starts_with("process_id:") || line.starts_with("db0:");
    for line in told(server.addr()) {
        let same = theirs.iter().any(|other| match line.split_once(':') {
            Some((key, _)) if own(&line) => other.starts_with(&format!("{key}:")),
            _ => *other == line,
        });
        assert!(same, "{line}");
    }
    // In RESP3, the same kind of text; a section that is not there is empty.
    let resp3 = |addr| {
        let said = converse(addr, b"HELLO 3\r\nINFO nothing\r\n");
        String::from_utf8(said).unwrap().rsplit_once("*0\r\n").unwrap().1.to_owned()
    };
    assert_eq!(resp3(server.addr()), resp3(redis.addr()));
}

#[test]
#[ignore = "needs redis-server"]
fn a_thousand_pipelines_get_the_same_bytes_from_both() {
    let (redis, server) = (Redis::start(&[]), STAGE.start());
    let mut state: u64 = 6;
    let mut next = move |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) as usize % below
    };
    const NAMES: &[&str] = &[
        "get", "SET", "set", "SET", "Del", "EXISTS", "incr", "INCRBY", "ping", "echo",
        "SELECT", "fly", "client",
    ];
    const WORDS: &[&str] = &[
        "k",
        "l",
        "m",
        "1",
        "0",
        "-1",
        "9223372036854775807",
        "007",
        "",
        " ",
        "EX",
        "px",
        "nx",
        "XX",
        "100",
        "a\r\nb",
        "\u{e9}",
        "getname",
        "setname",
        "x",
    ];
    const RAW: &[&[u8]] = &[
        b"*0\r\n",
        b"\r\n",
        b"*-3\r\n",
        b"PING\n",
        b"PING 'a b'\r\n",
        b"GET k\r\n",
        b"set \"k\" '\\'' NX\r\n",
        b"*1\r\n$4\r\nPING\r\n",
        b"*1x\r\n",
        b"*1\r\n$x\r\n",
        b"*1\r\n+OK\r\n",
        b"get 'k\r\n",
    ];
    for round in 0..1000 {
        let mut pipeline = Vec::new();
        for _ in 0..=next(12) {
            if next(12) == 0 {
                pipeline.extend(RAW[next(RAW.len())]);
            } else {
                let mut words = vec![NAMES[next(NAMES.len())]];
                words.extend((0..next(6)).map(|_| WORDS[next(WORDS.len())]));
                pipeline.extend(request(&words));
            }
        }
        let (theirs, ours) =
            (converse(redis.addr(), &pipeline), converse(server.addr(), &pipeline));
        assert_eq!(
            ours.escape_ascii().to_string(),
            theirs.escape_ascii().to_string(),
            "round {round}: {}",
            pipeline.escape_ascii()
        );
    }
}

#[test]
#[ignore = "needs redis-cli"]
fn redis_cli_has_a_session() {
    let server = STAGE.start();
    let session = "PING\nSET city \"New York\"\nGET city\nGET nothing\nINCR visits\nFLY me\nGET\nquit\n";
    let said = output(&mut redis_cli(server.addr()), session.as_bytes());
    let said: Vec<&str> =
        said.lines().map(str::trim_end).filter(|l| !l.is_empty()).collect();
    assert_eq!(
        said,
        [
            "PONG",
            "OK",
            "New York",
            "1",
            "ERR unknown command 'FLY', with args beginning with: 'me'",
            "ERR wrong number of arguments for 'get' command",
        ]
    );
    for (args, reply) in [
        (&["-n", "0", "PING"][..], "PONG\n"),
        (&["-r", "3", "INCR", "visits"], "2\n3\n4\n"),
        (&["-3", "CONFIG", "GET", "save"], "save \n"),
        (&["COMMAND", "COUNT"], "15\n"),
    ] {
        assert_eq!(output(redis_cli(server.addr()).args(args), b""), reply, "{args:?}");
    }
}

#[test]
#[ignore = "needs redis-cli"]
fn redis_cli_at_a_terminal_finds_the_commands_it_completes() {
    let server = STAGE.start();
    // With a terminal it asks for `COMMAND DOCS` first; `script` makes it believe in one.
    let cli = format!("redis-cli -p {}", server.addr().port());
    let said = output(
        Command::new("script").args(["-qec", &cli, "/dev/null"]).env("TERM", "dumb"),
        b"help get\nSET k 1\nINCR k\nquit\n",
    );
    for words in ["Get the value of a key", "OK", "(integer) 2"] {
        assert!(said.contains(words), "{words:?} is missing:\n{said}");
    }
}

#[test]
#[ignore = "needs redis-cli"]
fn redis_cli_inserts_a_hundred_thousand_keys_through_a_pipe() {
    let server = STAGE.start();
    let batch: Vec<u8> = (0..100_000)
        .flat_map(|n| request(&["SET", &format!("key:{n}"), "value"]))
        .collect();
    let said = output(redis_cli(server.addr()).arg("--pipe"), &batch);
    assert!(said.contains("errors: 0, replies: 100000"), "{said}");
}

#[test]
#[ignore = "needs redis-benchmark"]
fn redis_benchmark_runs_alone_and_in_pipelines() {
    let server = STAGE.start();
    for pipeline in ["1", "16", "64"] {
        let said = output(
            redis_benchmark(server.addr())
                .args(["-t", "set,get,incr"])
                .args(["-P", pipeline, "-n", "20000", "-r", "1000", "-e", "--csv"]),
            b"",
        );
        // A headline and a line a test.
        assert_eq!(said.lines().count(), 4, "{said}");
        assert!(!said.to_lowercase().contains("err"), "{said}");
    }
}

#[test]
#[ignore = "needs the crates redis and fred"]
fn the_crates_redis_and_fred_have_a_session() {
    let clients = Path::new(env!("CARGO_MANIFEST_DIR")).join("clients");
    assert_eq!(real::rust(&clients, STAGE.start().addr()), "redis: ok\nfred: ok\n");
}

/// The first client that asks for INFO, and begins only if it likes the answer.
#[test]
#[ignore = "needs node"]
fn the_node_package_ioredis_has_a_session() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("clients/node");
    assert_eq!(real::node(&folder, STAGE.start().addr()), "ioredis: ok\n");
}

#[test]
#[ignore = "needs Python"]
fn the_python_package_has_a_session() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("clients/session.py");
    assert_eq!(real::python(&script, STAGE.start().addr()), "redis-py: ok\n");
}
