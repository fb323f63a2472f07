//! Peers that mean no good, or know no better. After each of them the next client is answered, and the
//! memory comes back.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::time::Duration;

use crate::stage::{Server, converse, expect, request};

/// How much more than before is no growth, in KiB: allocators keep something for later.
const SLACK: u64 = 16 << 10;

#[test]
fn one_byte_every_ten_milliseconds_is_answered_in_the_end() {
    let server = Server::start();
    let mut slow = server.connect();
    for byte in b"*1\r\n$4\r\nPING\r\n" {
        slow.write_all(&[*byte]).unwrap();
        server.still_serves();
        std::thread::sleep(Duration::from_millis(10));
    }
    expect(&mut slow, b"", b"+PONG\r\n");
}

#[test]
fn an_end_at_every_byte_of_a_pipeline_gets_the_replies_so_far() {
    let server = Server::start();
    let requests =
        [request(&["SET", "k", "v"]), request(&["GET", "k"]), b"PING\r\n".to_vec()];
    let replies: [&[u8]; 3] = [b"+OK\r\n", b"$1\r\nv\r\n", b"+PONG\r\n"];
    let pipeline = requests.concat();
    for end in 0..=pipeline.len() {
        let whole = (0..3).take_while(|n| requests[..=*n].concat().len() <= end).count();
        assert_eq!(converse(server.addr, &pipeline[..end]), replies[..whole].concat());
    }
    server.still_serves();
}

#[test]
fn a_reset_in_the_middle_of_a_frame_is_not_missed() {
    let server = Server::start();
    for _ in 0..100 {
        let mut stream = server.connect();
        expect(&mut stream, b"PING\r\n", b"+PONG\r\n");
        // Closing a socket with unread input resets the connection.
        stream.write_all(b"PING\r\n*2\r\n$3\r\nGET\r\n$100\r\nabc").unwrap();
        stream.peek(&mut [0]).unwrap();
        drop(stream);
    }
    server.still_serves();
}

#[test]
fn lengths_above_the_limits_are_refused_at_once() {
    let server = Server::start();
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
        // Without an end of ours: the server does not wait for more.
        let mut stream = server.connect();
        expect(&mut stream, bytes, reply);
        assert_eq!(stream.read(&mut [0]).unwrap(), 0, "and hangs up");
    }
    server.still_serves();
}

#[test]
fn ten_thousand_arrays_in_each_other_are_refused_at_the_second() {
    let server = Server::start();
    let reply = converse(server.addr, "*1\r\n".repeat(10_000).as_bytes());
    assert_eq!(reply, b"-ERR Protocol error: expected '$', got '*'\r\n");
    server.still_serves();
}

#[test]
fn what_is_announced_and_never_sent_takes_no_memory() {
    let server = Server::start();
    server.still_serves();
    let before = server.resident_kib();
    let mut streams = Vec::new();
    for announced in ["*2\r\n$3\r\nGET\r\n$536870912\r\nabc", "*1048576\r\n$1\r\na\r\n"] {
        for _ in 0..100 {
            let mut stream = server.connect();
            stream.write_all(announced.as_bytes()).unwrap();
            streams.push(stream);
        }
        server.still_serves();
    }
    let during = server.resident_kib();
    assert!(during < before + SLACK, "{before} KiB before, {during} KiB during");
}

#[test]
fn the_memory_of_a_big_value_comes_back() {
    let server = Server::start();
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
    let server = Server::start();
    server.still_serves();
    let before = server.resident_kib();
    let mut idle = Vec::new();
    for n in 0..most_connections().min(5_000) {
        idle.push(std::net::TcpStream::connect(server.addr).unwrap());
        if n % 100 == 0 {
            // Those before have been accepted, or the kernel's queue would overflow.
            server.still_serves();
        }
    }
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

/// Half of the files that this process may open: other tests run beside this one.
fn most_connections() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let files = limits.lines().find_map(|line| line.strip_prefix("Max open files"));
    let soft = files.and_then(|line| line.split_whitespace().next()?.parse().ok());
    soft.map_or(400, |soft: usize| soft / 2)
}

#[test]
fn garbage_costs_only_its_own_connection() {
    let server = Server::start();
    let mut bystander = server.connect();
    expect(&mut bystander, &request(&["SET", "k", "v"]), b"+OK\r\n");
    for garbage in [
        &b"\x00\xff\xfe garbage\r\n"[..],
        b"*x\r\n",
        b"$-7\r\n",
        b"+\xff\xfe\r\n",
        b":1\r\n",
    ] {
        let reply = converse(server.addr, garbage);
        assert!(reply.starts_with(b"-ERR"), "{}", reply.escape_ascii());
    }
    expect(&mut bystander, &request(&["GET", "k"]), b"$1\r\nv\r\n");
}

#[test]
fn a_client_that_never_reads_holds_up_nobody_else() {
    let server = Server::start();
    let value = "x".repeat(1 << 20);
    expect(&mut server.connect(), &request(&["SET", "big", &value]), b"+OK\r\n");
    let before = server.resident_kib();
    let mut deaf = server.connect();
    deaf.write_all(&b"GET big\r\n".repeat(10_000)).unwrap();
    for _ in 0..100 {
        server.still_serves();
    }
    let during = server.resident_kib();
    assert!(during < before + (64 << 10), "{before} KiB before, {during} KiB during");
    deaf.shutdown(Shutdown::Both).unwrap();
    drop(deaf);
    server.still_serves();
}
