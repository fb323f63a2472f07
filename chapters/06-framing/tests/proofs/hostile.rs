//! Peers that mean no good, or know no better. After each of them the next client is answered, and the
//! memory comes back.

use std::net::Shutdown;
use std::process::{Command, Stdio};
use std::time::Duration;

use conform::peers;
use conform::raise_file_limit;
use conform::wire::{Exchange, PING, converse, expect, request};

use crate::STAGE;

/// How much more than before is no growth, in KiB: allocators keep something for later.
const SLACK: u64 = 16 << 10;

#[test]
fn one_byte_every_ten_milliseconds_is_answered_in_the_end() {
    let server = STAGE.start();
    peers::sends_one_byte_at_a_time(server.addr(), PING, Duration::from_millis(10));
}

#[test]
fn an_end_at_every_byte_of_a_pipeline_gets_the_replies_so_far() {
    let server = STAGE.start();
    peers::ends_at_every_byte(
        server.addr(),
        &[
            Exchange { request: &request(&["SET", "k", "v"]), reply: b"+OK\r\n" },
            Exchange { request: &request(&["GET", "k"]), reply: b"$1\r\nv\r\n" },
            Exchange { request: b"PING\r\n", reply: b"+PONG\r\n" },
        ],
    );
    server.still_serves();
}

#[test]
fn a_reset_in_the_middle_of_a_frame_is_not_missed() {
    let server = STAGE.start();
    peers::resets(server.addr(), b"*2\r\n$3\r\nGET\r\n$100\r\nabc", 100);
    server.still_serves();
}

#[test]
fn lengths_above_the_limits_are_refused_at_once() {
    let server = STAGE.start();
    for (bytes, reply) in [
        (
            &b"*2147483647\r\n"[..],
            &b"-ERR Protocol error: invalid multibulk length\r\n"[..],
        ),
        (b"*1\r\n$536870913\r\n", b"-ERR Protocol error: invalid bulk length\r\n"),
        (
            b"*1\r\n$99999999999999999999\r\n",
            b"-ERR Protocol error: invalid bulk length\r\n",
        ),
    ] {
        peers::breaks_the_rules(server.addr(), Exchange { request: bytes, reply });
    }
    server.still_serves();
}

#[test]
fn ten_thousand_arrays_in_each_other_are_refused_at_the_second() {
    let server = STAGE.start();
    let reply = converse(server.addr(), "*1\r\n".repeat(10_000).as_bytes());
    assert_eq!(reply, b"-ERR Protocol error: expected '$', got '*'\r\n");
    server.still_serves();
}

#[test]
fn what_is_announced_and_never_sent_takes_no_memory() {
    let server = STAGE.start();
    server.still_serves();
    let before = server.resident_kib();
    let mut streams = Vec::new();
    for announced in ["*2\r\n$3\r\nGET\r\n$536870912\r\nabc", "*1048576\r\n$1\r\na\r\n"] {
        streams.extend(peers::announce(server.addr(), announced.as_bytes(), 100));
        server.still_serves();
    }
    let during = server.resident_kib();
    assert!(during < before + SLACK, "{before} KiB before, {during} KiB during");
}

#[test]
fn the_memory_of_a_big_value_comes_back() {
    let server = STAGE.start();
    server.still_serves();
    let before = server.resident_kib();
    let mut stream = server.connect();
    let value = "x".repeat(64 << 20);
    expect(&mut stream, &request(&["SET", "big", &value]), b"+OK\r\n");
    let head = format!("${}\r\n", value.len());
    expect(
        &mut stream,
        b"GET big\r\n",
        &[head.as_bytes(), value.as_bytes(), b"\r\n"].concat(),
    );
    expect(&mut stream, b"DEL big\r\n", b":1\r\n");
    // The connection is still there, and its buffers are not.
    let after = server.resident_kib();
    assert!(after < before + SLACK, "{before} KiB before, {after} KiB after");
}

#[test]
fn five_thousand_idle_connections_cost_little_and_give_it_back() {
    let server = STAGE.start();
    server.still_serves();
    let before = server.resident_kib();
    // Half of the files that this process may open, at most: other tests run beside this one.
    let connections = (raise_file_limit() / 2).min(5_000) as usize;
    let idle = peers::idle(server.addr(), connections);
    server.still_serves();
    let during = server.resident_kib();
    let each = (during - before) * 1024 / idle.len() as u64;
    assert!(each < 3 << 10, "{each} bytes each");
    // All at once, and once more: what they cost is used again.
    drop(idle);
    server.still_serves();
    let again: Vec<_> = (0..100).map(|_| server.connect()).collect();
    server.still_serves();
    drop(again);
    let after = server.resident_kib();
    assert!(after < before + SLACK, "{before} KiB before, {after} KiB after");
}

#[test]
fn a_thousand_that_come_at_once_are_all_answered() {
    let server = STAGE.start();
    peers::come_at_once(server.addr(), 1_000, PING);
}

/// Nobody accepts here. What has no place in the queue would wait as long as the test does.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_thousand_have_a_place_in_the_queue() {
    raise_file_limit();
    let most = std::fs::read_to_string("/proc/sys/net/core/somaxconn").unwrap();
    let most: usize = most.trim().parse().unwrap();
    let listener = framing::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    let clients: Vec<_> = (0..most.min(1_000))
        .map(|n| {
            std::net::TcpStream::connect_timeout(&addr, conform::PATIENCE)
                .unwrap_or_else(|error| panic!("client {n}: {error}"))
        })
        .collect();
    drop((listener, clients));
}

#[cfg(unix)]
#[test]
fn a_hundred_clients_and_64_files_are_no_busy_loop_and_all_are_served_in_turn() {
    let begun = std::time::Instant::now();
    let server = STAGE.start_with_few_files(64);
    let late = peers::announce(server.addr(), b"*1\r\n", 100);
    server.complains("cannot accept");
    drop(late);
    peers::outnumber(server.addr(), 100, 20, PING);
    // It pauses for 100 ms after each complaint, and a slow machine makes the time longer, not shorter.
    let complaints = server.complaints().lines().count() as u128;
    assert!(complaints <= begun.elapsed().as_millis() / 100 + 1, "{complaints}");
    server.still_serves();
}

#[test]
fn an_empty_line_and_a_binary_value_are_whole_wherever_they_are_cut() {
    let server = STAGE.start();
    let value: Vec<u8> = (0..=255).chain(*b"\r\n$3\r\n").collect();
    let get = [format!("${}\r\n", value.len()).as_bytes(), &value, b"\r\n"].concat();
    let pipeline = [
        Exchange { request: b"\r\n", reply: b"" },
        Exchange {
            request: &request(&[b"SET", b"\0\r\n", &value[..]]),
            reply: b"+OK\r\n",
        },
        Exchange { request: b"\n*0\r\n", reply: b"" },
        Exchange { request: &request(&["GET", "\0\r\n"]), reply: &get },
    ];
    peers::pauses_at_every_byte(server.addr(), &pipeline);
}

/// After the end of its direction, the client is busy elsewhere, and then reads. (Redis gives it the first part.)
#[test]
fn twelve_replies_of_a_megabyte_are_whole_for_one_that_has_ended_and_reads_late() {
    let server = STAGE.start();
    let value = "x".repeat(1 << 20);
    expect(&mut server.connect(), &request(&["SET", "big", &value]), b"+OK\r\n");
    let replies = peers::reads_late(server.addr(), &request(&["GET", "big"]).repeat(12));
    assert!(replies == format!("$1048576\r\n{value}\r\n").repeat(12).as_bytes());
}

/// Prints into a pipe that nobody reads on, as behind `| head -n 1`.
#[test]
fn a_reader_of_its_output_that_leaves_is_no_reason_to_panic() {
    let mut demo = Command::new(STAGE.program())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(demo.stdout.take());
    let output = demo.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert!(output.status.success(), "{}", output.status);
}

#[test]
fn garbage_costs_only_its_own_connection() {
    let server = STAGE.start();
    let mut bystander = server.connect();
    expect(&mut bystander, &request(&["SET", "k", "v"]), b"+OK\r\n");
    for garbage in [
        &b"\x00\xff\xfe garbage\r\n"[..],
        b"*x\r\n",
        b"$-7\r\n",
        b"+\xff\xfe\r\n",
        b":1\r\n",
    ] {
        let reply = converse(server.addr(), garbage);
        assert!(reply.starts_with(b"-ERR"), "{}", reply.escape_ascii());
    }
    expect(&mut bystander, &request(&["GET", "k"]), b"$1\r\nv\r\n");
}

/// As Python's package `redis` does it, without a transaction: all of a pipeline, and then the first reply.
#[test]
fn four_hundred_thousand_requests_before_the_first_read_are_all_answered() {
    let server = STAGE.start();
    let value = "x".repeat(100);
    expect(&mut server.connect(), &request(&["SET", "k", &value]), b"+OK\r\n");
    let before = server.resident_kib();
    let pipeline = request(&["GET", "k"]).repeat(400_000);
    let replies = peers::reads_late(server.addr(), &pipeline);
    assert!(replies == format!("$100\r\n{value}\r\n").repeat(400_000).as_bytes());
    // 16 MiB of replies and the requests themselves: less than the 41 MiB of all the replies.
    let after = server.resident_kib();
    assert!(after < before + (64 << 10), "{before} KiB before, {after} KiB after");
}

#[test]
fn a_client_that_never_reads_holds_up_nobody_else() {
    let server = STAGE.start();
    let value = "x".repeat(1 << 20);
    expect(&mut server.connect(), &request(&["SET", "big", &value]), b"+OK\r\n");
    let before = server.resident_kib();
    let deaf = peers::never_reads(server.addr(), b"GET big\r\n", 10_000);
    for _ in 0..100 {
        server.still_serves();
    }
    let during = server.resident_kib();
    assert!(during < before + (64 << 10), "{before} KiB before, {during} KiB during");
    deaf.shutdown(Shutdown::Both).unwrap();
    drop(deaf);
    server.still_serves();
}
