//! Clients that mean no good, or know no better.
//!
//! Each does one thing to the server at an address, and panics if the server did not do as it must. After each of them,
//! [`still_serves`] should hold.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::Barrier;
use std::time::Duration;

use crate::wire::{Exchange, PING, connect, converse, expect, still_serves};

/// Sends a request one byte at a time, and is answered in the end. Between two bytes, others are served.
pub fn sends_one_byte_at_a_time(
    addr: SocketAddr,
    exchange: Exchange<'_>,
    pause: Duration,
) {
    let mut slow = connect(addr);
    for byte in exchange.request {
        slow.write_all(&[*byte]).unwrap();
        still_serves(addr);
        std::thread::sleep(pause);
    }
    expect(&mut slow, b"", exchange.reply);
}

/// Ends its direction after every number of bytes of a pipeline, and gets the replies to what was whole.
pub fn ends_at_every_byte(addr: SocketAddr, pipeline: &[Exchange<'_>]) {
    let requests: Vec<&[u8]> = pipeline.iter().map(|exchange| exchange.request).collect();
    let replies: Vec<&[u8]> = pipeline.iter().map(|exchange| exchange.reply).collect();
    let all = requests.concat();
    for end in 0..=all.len() {
        let whole = (0..pipeline.len())
            .take_while(|n| requests[..=*n].concat().len() <= end)
            .count();
        assert_eq!(
            converse(addr, &all[..end]).escape_ascii().to_string(),
            replies[..whole].concat().escape_ascii().to_string(),
            "after {end} bytes"
        );
    }
}

/// Cuts a pipeline in two after every number of bytes, lets the server read the first piece alone, and gets all the
/// replies.
pub fn pauses_at_every_byte(addr: SocketAddr, pipeline: &[Exchange<'_>]) {
    let all: Vec<u8> =
        pipeline.iter().flat_map(|exchange| exchange.request).copied().collect();
    let replies: Vec<u8> =
        pipeline.iter().flat_map(|exchange| exchange.reply).copied().collect();
    let mut streams: Vec<TcpStream> = (0..all.len()).map(|_| connect(addr)).collect();
    for (end, stream) in streams.iter_mut().enumerate() {
        stream.write_all(&all[..end]).unwrap();
    }
    // By now the first pieces are there, each for itself.
    still_serves(addr);
    for (end, stream) in streams.iter_mut().enumerate() {
        expect(stream, &all[end..], &replies);
    }
}

/// Resets its connection while the server waits for the rest of a request, again and again.
pub fn resets(addr: SocketAddr, half_a_request: &[u8], times: usize) {
    for _ in 0..times {
        let mut stream = connect(addr);
        expect(&mut stream, PING.request, PING.reply);
        stream.write_all(PING.request).unwrap();
        stream.write_all(half_a_request).unwrap();
        // To close a socket with unread input is to reset the connection.
        stream.peek(&mut [0]).unwrap();
    }
}

/// Breaks the rules, without an end of its own, and hears why before the server hangs up.
pub fn breaks_the_rules(addr: SocketAddr, exchange: Exchange<'_>) {
    let mut stream = connect(addr);
    expect(&mut stream, exchange.request, exchange.reply);
    assert_eq!(stream.read(&mut [0]).unwrap(), 0, "and hangs up");
}

/// Sends bytes that are no whole request on many connections, and says no more. They last as long as they are held.
pub fn announce(addr: SocketAddr, bytes: &[u8], connections: usize) -> Vec<TcpStream> {
    let announce = |_| {
        let mut stream = connect(addr);
        stream.write_all(bytes).unwrap();
        stream
    };
    (0..connections).map(announce).collect()
}

/// Connects many times, and says nothing. They last as long as they are held.
pub fn idle(addr: SocketAddr, connections: usize) -> Vec<TcpStream> {
    let connect = |n| {
        let stream = TcpStream::connect(addr).unwrap();
        if n % 100 == 0 {
            // Those before have been accepted, or the queue of those that wait would overflow.
            still_serves(addr);
        }
        stream
    };
    (0..connections).map(connect).collect()
}

/// More clients than the server may have files, `group` of which fit in. They are answered all the same: whoever does not
/// get in waits until those before have left.
pub fn outnumber(addr: SocketAddr, clients: usize, group: usize, exchange: Exchange<'_>) {
    let ask = |_| {
        let mut stream = connect(addr);
        stream.write_all(exchange.request).unwrap();
        stream
    };
    let mut waiting: Vec<TcpStream> = (0..clients).map(ask).collect();
    while !waiting.is_empty() {
        for mut stream in waiting.drain(..group.min(waiting.len())) {
            expect(&mut stream, b"", exchange.reply);
        }
    }
}

/// Many clients that connect in the same moment. Each is answered.
pub fn come_at_once(addr: SocketAddr, clients: usize, exchange: Exchange<'_>) {
    let together = Barrier::new(clients);
    std::thread::scope(|scope| {
        for _ in 0..clients {
            let client = || {
                together.wait();
                expect(&mut connect(addr), exchange.request, exchange.reply);
            };
            let thread = std::thread::Builder::new().stack_size(64 << 10);
            thread.spawn_scoped(scope, client).unwrap();
        }
    });
}

/// Sends the same request many times, and does not read. It is deaf as long as it is held.
pub fn never_reads(addr: SocketAddr, request: &[u8], times: usize) -> TcpStream {
    let mut stream = connect(addr);
    stream.write_all(&request.repeat(times)).unwrap();
    stream
}

/// Sends a pipeline and ends its direction, and only when that is done begins to read. It gets all the replies, which
/// this returns.
pub fn reads_late(addr: SocketAddr, pipeline: &[u8]) -> Vec<u8> {
    let mut stream = connect(addr);
    stream.write_all(pipeline).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    // Others are served meanwhile.
    still_serves(addr);
    let mut replies = Vec::new();
    stream.read_to_end(&mut replies).unwrap();
    replies
}
