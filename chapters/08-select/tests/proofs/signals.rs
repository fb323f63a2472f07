//! SIGTERM and Ctrl-C in the middle of everything: all that was answered arrives, and the process ends.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use conform::PATIENCE;
use conform::peers;
use conform::wire::{PING, expect, request};

use crate::STAGE;

const ENDED: &str = "all connections have ended";

/// Sends INCRs of one key without end, reads replies all the time, and calls `started` at the first.
/// Returns how many replies came, if they are 1, 2, 3, and so on, to a clean end.
fn pipeline(socket: TcpStream, key: usize, started: impl FnOnce()) -> usize {
    let mut writer = socket.try_clone().unwrap();
    let batch = format!("INCR key:{key}\r\n").repeat(100);
    let writing = std::thread::spawn(move || {
        // Until the server does not take any more.
        while writer.write_all(batch.as_bytes()).is_ok() {}
    });
    let mut reader = socket;
    let mut said = Vec::new();
    let mut some = [0; 4096];
    let mut started = Some(started);
    loop {
        match reader.read(&mut some) {
            Ok(0) => break,
            Ok(n) => said.extend_from_slice(&some[..n]),
            Err(error) => panic!("after {} bytes: {error}", said.len()),
        }
        if let Some(started) = started.take() {
            started();
        }
    }
    // We have heard the last word, and may stop talking.
    let _ = reader.shutdown(Shutdown::Both);
    writing.join().unwrap();
    let said = String::from_utf8(said).unwrap();
    let replies = said.matches("\r\n").count();
    let expected: String = (1..=replies).map(|n| format!(":{n}\r\n")).collect();
    assert!(
        said == expected,
        "not 1 to {replies}, or cut: ...{:?}",
        &said[said.len() - 40..]
    );
    replies
}

#[test]
fn replies_of_a_pipeline_without_end_are_whole_and_without_a_gap() {
    for (round, signal) in ["TERM", "INT"].into_iter().cycle().take(10).enumerate() {
        let server = STAGE.start();
        let (started, start) = std::sync::mpsc::channel();
        let clients: Vec<_> = (0..4)
            .map(|key| {
                let (socket, started) = (server.connect(), started.clone());
                std::thread::spawn(move || {
                    pipeline(socket, key, || started.send(()).unwrap())
                })
            })
            .collect();
        (0..4).for_each(|_| start.recv().unwrap());
        // At some point or other of what they do.
        std::thread::sleep(Duration::from_millis(3 * round as u64));
        server.signal(signal);
        for client in clients {
            assert!(client.join().unwrap() > 0);
        }
        let (status, said) = server.end();
        assert!(status.success(), "{signal}: {status}");
        assert!(said.contains(ENDED), "{said}");
    }
}

#[test]
fn twelve_that_count_together_hear_every_number_once_whenever_the_signal_comes() {
    for round in 0..8 {
        let server = STAGE.start();
        let (started, start) = std::sync::mpsc::channel();
        let (ended, end) = std::sync::mpsc::channel::<()>();
        let end = Arc::new(Mutex::new(end));
        let clients: Vec<_> = (0..12)
            .map(|n| {
                let (socket, started, end) =
                    (server.connect(), started.clone(), end.clone());
                std::thread::spawn(move || match n % 3 {
                    0 => reads_late(socket, || started.send(()).unwrap(), &end),
                    _ => counts(socket, || started.send(()).unwrap()),
                })
            })
            .collect();
        (0..12).for_each(|_| start.recv().unwrap());
        std::thread::sleep(Duration::from_millis(5 * round));
        server.signal("TERM");
        let (status, said) = server.end();
        drop(ended);
        let mut numbers: Vec<usize> =
            clients.into_iter().flat_map(|client| client.join().unwrap()).collect();
        assert!(status.success() && said.contains(ENDED), "{status}: {said}");
        numbers.sort_unstable();
        let missing = numbers.iter().zip(1..).find(|(number, n)| **number != *n);
        assert_eq!(missing, None, "of {}", numbers.len());
    }
}

/// Sends INCRs of one key that all share, without end, and reads all the time.
fn counts(mut socket: TcpStream, started: impl FnOnce()) -> Vec<usize> {
    let mut writer = socket.try_clone().unwrap();
    let batch = b"INCR n\r\n".repeat(50);
    let writing = std::thread::spawn(move || while writer.write_all(&batch).is_ok() {});
    socket.peek(&mut [0]).unwrap();
    started();
    let mut said = Vec::new();
    socket.read_to_end(&mut said).unwrap();
    let _ = socket.shutdown(Shutdown::Both);
    writing.join().unwrap();
    numbers(&said)
}

/// Sends two hundred, and reads when the server has ended.
fn reads_late(
    mut socket: TcpStream,
    started: impl FnOnce(),
    ended: &Mutex<Receiver<()>>,
) -> Vec<usize> {
    socket.write_all(&b"INCR n\r\n".repeat(200)).unwrap();
    socket.peek(&mut [0]).unwrap();
    started();
    // An error: the other end is gone.
    ended.lock().unwrap().recv().unwrap_err();
    let mut said = Vec::new();
    socket.read_to_end(&mut said).unwrap();
    numbers(&said)
}

/// The integers in these replies, which have to be whole.
fn numbers(said: &[u8]) -> Vec<usize> {
    let said = std::str::from_utf8(said).unwrap();
    assert!(said.ends_with("\r\n"), "cut: ...{:?}", &said[said.len() - 20..]);
    let number = |line: &str| line.strip_prefix(':').unwrap().parse().unwrap();
    said.lines().map(number).collect()
}

#[test]
fn a_thousand_that_come_at_once_are_all_answered() {
    peers::come_at_once(STAGE.start().addr(), 1_000, PING);
}

#[test]
fn a_client_that_reads_after_the_signal_gets_what_was_answered() {
    let server = STAGE.start();
    let mut client = server.connect();
    client.write_all(&b"INCR n\r\n".repeat(1000)).unwrap();
    // All have been answered when another client sees the count.
    let deadline = Instant::now() + PATIENCE;
    loop {
        assert!(Instant::now() < deadline, "a thousand INCRs are not run");
        let mut other = server.connect();
        other.write_all(b"GET n\r\nQUIT\r\n").unwrap();
        let mut said = String::new();
        other.read_to_string(&mut said).unwrap();
        if said.contains("1000") {
            break;
        }
    }
    server.signal("TERM");
    let mut said = String::new();
    client.read_to_string(&mut said).unwrap();
    drop(client);
    let expected: String = (1..=1000).map(|n| format!(":{n}\r\n")).collect();
    assert_eq!(said, expected);
    assert!(server.end().0.success());
}

#[test]
fn idle_clients_and_half_requests_are_hung_up_on() {
    let server = STAGE.start();
    let mut idle = server.connect();
    let mut halfway = server.connect();
    expect(&mut idle, b"PING\r\n", b"+PONG\r\n");
    expect(&mut halfway, b"PING\r\nINCR n", b"+PONG\r\n");
    server.signal("TERM");
    for client in [&mut idle, &mut halfway] {
        assert_eq!(client.read(&mut [0]).unwrap(), 0);
    }
    drop((idle, halfway));
    let (status, said) = server.end();
    assert!(status.success() && said.contains(ENDED), "{status}: {said}");
}

#[test]
fn a_client_that_never_leaves_cannot_keep_the_server() {
    let server = STAGE.start();
    let mut deaf = server.connect();
    deaf.write_all(&b"PING\r\n".repeat(10_000)).unwrap();
    let mut idle = server.connect();
    expect(&mut idle, b"PING\r\n", b"+PONG\r\n");
    server.signal("TERM");
    let begun = Instant::now();
    let (status, said) = server.end();
    // A second for the goodbye. The rest is patience with a busy machine.
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
    assert!(status.success() && said.contains(ENDED), "{status}: {said}");
    drop((deaf, idle));
}

#[test]
fn nobody_is_let_in_once_it_has_begun() {
    let server = STAGE.start();
    let mut held = server.connect();
    expect(&mut held, b"PING\r\n", b"+PONG\r\n");
    server.signal("TERM");
    // The connection may hear of it before the listener does. Who gets in between is not answered.
    while let Ok(mut late) = TcpStream::connect(server.addr()) {
        let _ = late.write_all(b"PING\r\n");
        assert!(!matches!(late.read(&mut [0]), Ok(1..)));
    }
    assert_eq!(held.read(&mut [0]).unwrap(), 0);
    drop(held);
    assert!(server.end().0.success());
}

#[test]
fn replies_that_a_client_does_not_take_in_time_are_not_passed_over_in_silence() {
    let server = STAGE.start();
    let value = "x".repeat(1 << 20);
    expect(&mut server.connect(), &request(&["SET", "big", &value]), b"+OK\r\n");
    // More than the system's buffers take.
    let late = peers::never_reads(server.addr(), &request(&["GET", "big"]), 15);
    // Some of them are on their way, so the requests have arrived.
    late.peek(&mut [0]).unwrap();
    server.signal("TERM");
    let (status, said) = server.end();
    assert!(status.success(), "{status}");
    assert!(said.ends_with("connections that did not end in time: 1\n"), "{said}");
    drop(late);
}
