//! Subscribers that mean no good, or know no better. After each of them the others get their messages, and the
//! memory comes back.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use conform::PATIENCE;
use conform::stage::Server;
use conform::wire::{expect, request};

use crate::STAGE;

/// How much more than before is no growth, in KiB: allocators keep something for later.
const SLACK: u64 = 24 << 10;

/// Waits until so many listen to a channel.
fn until_listeners(server: &Server, channel: &str, listeners: usize) {
    let deadline = Instant::now() + PATIENCE;
    let reply = format!("*2\r\n${}\r\n{channel}\r\n:{listeners}\r\n", channel.len());
    let mut stream = server.connect();
    loop {
        stream.write_all(&request(&["PUBSUB", "NUMSUB", channel])).unwrap();
        let mut got = vec![0; reply.len()];
        stream.read_exact(&mut got).unwrap();
        if got == reply.as_bytes() {
            return;
        }
        assert!(Instant::now() < deadline, "{}", got.escape_ascii());
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn subscribe(server: &Server, channel: &str) -> TcpStream {
    let mut stream = server.connect();
    let reply =
        format!("*3\r\n$9\r\nsubscribe\r\n${}\r\n{channel}\r\n:1\r\n", channel.len());
    expect(&mut stream, &request(&["SUBSCRIBE", channel]), reply.as_bytes());
    stream
}

#[test]
fn a_hundred_thousand_channels_of_one_client_are_given_back() {
    let server = STAGE.start();
    server.still_serves();
    let before = server.resident_kib();
    let mut first = 0;
    for round in 0..12 {
        let mut greedy = server.connect();
        let names: Vec<String> = (0..100_000).map(|n| format!("channel:{n}")).collect();
        let words: Vec<&str> =
            ["SUBSCRIBE"].into_iter().chain(names.iter().map(String::as_str)).collect();
        greedy.write_all(&request(&words)).unwrap();
        let confirmed: usize = (1..=100_000_usize)
            .zip(&names)
            .map(|(n, name)| {
                format!("*3\r\n$9\r\nsubscribe\r\n${}\r\n{name}\r\n:{n}\r\n", name.len())
                    .len()
            })
            .sum();
        let mut replies = vec![0; confirmed];
        greedy.read_exact(&mut replies).unwrap();
        assert!(replies.ends_with(b":100000\r\n"));
        // A message finds its way all the same.
        expect(
            &mut server.connect(),
            &request(&["PUBLISH", "channel:77777", "!"]),
            b":1\r\n",
        );
        expect(
            &mut greedy,
            b"",
            b"*3\r\n$7\r\nmessage\r\n$13\r\nchannel:77777\r\n$1\r\n!\r\n",
        );
        if round == 0 {
            first = server.resident_kib().saturating_sub(before);
            assert!(first < 64 << 10, "{first} KiB for 100,000 subscriptions");
        }
        drop(greedy);
        until_listeners(&server, "channel:99999", 0);
    }
    // Some allocators keep what is free, for each thread: that is used again, and does not add up.
    let after = server.resident_kib();
    assert!(
        after < before + 8 * first,
        "{before} KiB before, {first} KiB for one, {after} KiB after"
    );
}

#[test]
fn one_that_never_reads_is_cut_off_and_the_others_get_everything() {
    let server = STAGE.start();
    server.still_serves();
    let before = server.resident_kib();
    let mut sleeper = subscribe(&server, "a");
    let mut reader = subscribe(&server, "a");
    let count = 2_000;
    let payload = "x".repeat(100_000);
    let message = format!("*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$100000\r\n{payload}\r\n");
    let reading = std::thread::spawn(move || {
        let mut got = vec![0; message.len()];
        for n in 0..count {
            reader
                .read_exact(&mut got)
                .unwrap_or_else(|error| panic!("message {n}: {error}"));
        }
        assert!(got == message.as_bytes());
        reader
    });
    let mut publisher = server.connect();
    for _ in 0..count {
        publisher.write_all(&request(&["PUBLISH", "a", &payload])).unwrap();
        publisher.read_exact(&mut [0; 4]).unwrap();
    }
    let _reader = reading.join().unwrap();
    until_listeners(&server, "a", 1);
    // What the network held, and then the end.
    let mut rest = Vec::new();
    let _ = sleeper.read_to_end(&mut rest);
    assert!(rest.len() < 2_000 * 100_000, "{} bytes", rest.len());
    let after = server.resident_kib();
    assert!(after < before + SLACK, "{before} KiB before, {after} KiB after");
}

#[test]
fn one_that_reads_too_slowly_for_a_while_gets_everything() {
    let server = STAGE.start();
    let mut slow = subscribe(&server, "a");
    let mut publisher = server.connect();
    // 20 MiB: less than the limit.
    let payload = "x".repeat(1 << 20);
    for _ in 0..20 {
        expect(&mut publisher, &request(&["PUBLISH", "a", &payload]), b":1\r\n");
    }
    let message = format!("*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$1048576\r\n{payload}\r\n");
    for _ in 0..20 {
        expect(&mut slow, b"", message.as_bytes());
    }
}

#[test]
fn one_that_leaves_in_the_middle_of_a_request_listens_no_longer() {
    let server = STAGE.start();
    for end in ["*2\r\n$11\r\nUNSUB", "*1\r\n:7\r\n", ""] {
        let mut leaver = subscribe(&server, "a");
        leaver.write_all(end.as_bytes()).unwrap();
        let _ = leaver.shutdown(Shutdown::Both);
        drop(leaver);
        until_listeners(&server, "a", 0);
    }
    // With a reset: there is something that it has not read.
    let leaver = subscribe(&server, "a");
    expect(&mut server.connect(), b"PUBLISH a 1\r\n", b":1\r\n");
    leaver.peek(&mut [0]).unwrap();
    drop(leaver);
    until_listeners(&server, "a", 0);
    server.still_serves();
}

#[test]
fn one_that_has_heard_the_end_listens_no_longer() {
    let server = STAGE.start();
    let mut publisher = server.connect();
    for _ in 0..200 {
        let mut leaver = subscribe(&server, "a");
        leaver.write_all(b"QUIT\r\n").unwrap();
        leaver.read_to_end(&mut Vec::new()).unwrap();
        expect(&mut publisher, b"PUBLISH a 1\r\n", b":0\r\n");
    }
}

/// What a publisher was told that a subscriber gets, it gets, however its connection ends.
#[test]
fn one_that_leaves_in_order_gets_what_was_counted() {
    let server = STAGE.start();
    let mut publisher = server.connect();
    let batch = b"PUBLISH a 1\r\n".repeat(20);
    let messages = b"*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$1\r\n1\r\n".repeat(20);
    let error = b"-ERR Protocol error: expected '$', got ':'\r\n";
    for round in 0..2_000 {
        let mut leaver = subscribe(&server, "a");
        expect(&mut publisher, &batch, &b":1\r\n".repeat(20));
        let mut right = messages.clone();
        if round % 2 == 0 {
            leaver.shutdown(Shutdown::Write).unwrap();
        } else {
            leaver.write_all(b"*1\r\n:1\r\n").unwrap();
            right.extend(error);
        }
        let mut got = Vec::new();
        leaver.read_to_end(&mut got).unwrap();
        assert_eq!(got, right, "round {round}: {}", got.escape_ascii());
    }
}

#[test]
fn one_that_leaves_in_the_middle_of_a_message_is_not_missed() {
    let server = STAGE.start();
    let mut leaver = subscribe(&server, "a");
    let mut reader = subscribe(&server, "a");
    let payload = "x".repeat(1 << 20);
    let message = format!("*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$1048576\r\n{payload}\r\n");
    let mut publisher = server.connect();
    expect(&mut publisher, &request(&["PUBLISH", "a", &payload]), b":2\r\n");
    leaver.read_exact(&mut [0; 100]).unwrap();
    drop(leaver);
    until_listeners(&server, "a", 1);
    expect(&mut publisher, &request(&["PUBLISH", "a", &payload]), b":1\r\n");
    expect(&mut reader, b"", &[message.as_bytes(), message.as_bytes()].concat());
}

#[test]
fn one_that_asks_without_a_pause_still_gets_its_messages() {
    let server = STAGE.start();
    let mut busy = subscribe(&server, "a");
    let mut asking = busy.try_clone().unwrap();
    let asks = std::thread::spawn(move || {
        for _ in 0..2_000 {
            asking.write_all(&b"PING\r\n".repeat(50)).unwrap();
        }
    });
    let mut publisher = server.connect();
    for _ in 0..100 {
        expect(&mut publisher, b"PUBLISH a 1\r\n", b":1\r\n");
    }
    let pong = b"*2\r\n$4\r\npong\r\n$0\r\n\r\n";
    let message = b"*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$1\r\n1\r\n";
    let mut got = vec![0; pong.len() * 100_000 + message.len() * 100];
    busy.read_exact(&mut got).unwrap();
    asks.join().unwrap();
    let messages = got.windows(message.len()).filter(|bytes| bytes == message).count();
    assert_eq!(messages, 100);
}

/// With a class read anew for every byte, and under the lock of all, each of these messages took seconds, and all the others
/// waited.
#[test]
fn one_with_a_pattern_that_takes_its_time_holds_up_nobody_else() {
    let server = STAGE.start();
    let class = "x".repeat(40_000);
    let patterns = [format!("*[{class}]y"), format!("*{}b", "a".repeat(40_000))];
    let mut listener = server.connect();
    for (n, pattern) in patterns.iter().enumerate() {
        let reply = format!(
            "*3\r\n$10\r\npsubscribe\r\n${}\r\n{pattern}\r\n:{}\r\n",
            pattern.len(),
            n + 1
        );
        expect(&mut listener, &request(&["PSUBSCRIBE", pattern]), reply.as_bytes());
    }
    let name = "a".repeat(100_000);
    let publisher = server.connect();
    let mut writer = publisher.try_clone().unwrap();
    let publishing = std::thread::spawn(move || {
        for _ in 0..40 {
            writer.write_all(&request(&["PUBLISH", &name, "!"])).unwrap();
        }
    });
    let mut stranger = server.connect();
    let mut reader = publisher;
    for _ in 0..40 {
        expect(&mut stranger, b"PING\r\n", b"+PONG\r\n");
        expect(&mut stranger, b"PUBSUB NUMPAT\r\n", b":2\r\n");
        expect(&mut reader, b"", b":0\r\n");
    }
    publishing.join().unwrap();
    #[cfg(unix)]
    {
        server.signal("TERM");
        drop((listener, stranger, reader));
        let (status, said) = server.end();
        assert!(
            status.success() && said.contains("all connections have ended"),
            "{said}"
        );
    }
}

#[test]
fn a_pattern_above_64_kib_is_refused_and_the_others_are_not() {
    let server = STAGE.start();
    let long = "x".repeat((64 << 10) + 1);
    let error = "-ERR the pattern is longer than 65536 bytes\r\n";
    let two = "*3\r\n$10\r\npsubscribe\r\n$1\r\na\r\n:1\r\n";
    expect(
        &mut server.connect(),
        &request(&["PSUBSCRIBE", &long, "a"]),
        format!("{error}{two}").as_bytes(),
    );
    let ask = request(&["PUBSUB", "CHANNELS", &long]);
    expect(&mut server.connect(), &ask, error.as_bytes());
}

/// Publishers without a pause, some subscribers that read late, and a signal at some moment: as many messages arrive as the
/// publishers were told, and none twice.
#[cfg(unix)]
#[test]
fn what_publishers_were_told_arrives_whenever_the_signal_comes() {
    for round in 0..6 {
        let server = STAGE.start();
        let subscribers: Vec<_> = (0..4)
            .map(|n| {
                let mut stream = subscribe(&server, &format!("c{n}"));
                std::thread::spawn(move || {
                    // Late, that is, and while they are told to stop: not verdicts, only other moments.
                    std::thread::sleep(Duration::from_millis(10 * n));
                    let mut said = Vec::new();
                    stream.read_to_end(&mut said).unwrap();
                    messages(&said)
                })
            })
            .collect();
        let (started, start) = std::sync::mpsc::channel();
        let publishers: Vec<_> = (0..8)
            .map(|n| {
                let (mut stream, started) = (server.connect(), started.clone());
                std::thread::spawn(move || {
                    let mut writer = stream.try_clone().unwrap();
                    let writing = std::thread::spawn(move || {
                        let publish = |k| format!("PUBLISH c{} {n}-{k}\r\n", k % 4);
                        for k in 0.. {
                            if writer.write_all(publish(k).as_bytes()).is_err() {
                                break;
                            }
                        }
                    });
                    stream.peek(&mut [0]).unwrap();
                    started.send(()).unwrap();
                    let mut said = Vec::new();
                    stream.read_to_end(&mut said).unwrap();
                    let _ = stream.shutdown(Shutdown::Both);
                    writing.join().unwrap();
                    let said = String::from_utf8(said).unwrap();
                    assert!(said.ends_with("\r\n"), "cut");
                    // The `k`-th reply is about the `k`-th message: 1 if its channel was still listened to.
                    said.lines()
                        .enumerate()
                        .filter(|(_, told)| *told == ":1")
                        .map(|(k, _)| format!("{n}-{k}"))
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        (0..8).for_each(|_| start.recv().unwrap());
        std::thread::sleep(Duration::from_millis(4 * round));
        server.signal("TERM");
        let collect = |threads: Vec<std::thread::JoinHandle<Vec<String>>>| {
            let mut all: Vec<String> =
                threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
            all.sort();
            all
        };
        let (told, heard) = (collect(publishers), collect(subscribers));
        assert!(!heard.is_empty());
        assert!(told == heard, "{} told, {} heard", told.len(), heard.len());
        let (status, said) = server.end();
        assert!(
            status.success() && said.contains("all connections have ended"),
            "{said}"
        );
    }
}

/// The payloads of the messages in these bytes, which have to be whole.
#[cfg(unix)]
fn messages(said: &[u8]) -> Vec<String> {
    let said = std::str::from_utf8(said).unwrap();
    assert!(said.ends_with("\r\n") || said.is_empty(), "cut");
    let lines: Vec<&str> = said.lines().collect();
    lines
        .chunks(7)
        .map(|message| {
            assert_eq!(&message[..3], ["*3", "$7", "message"]);
            message[6].to_owned()
        })
        .collect()
}

#[test]
fn a_thousand_that_come_at_once_are_all_answered() {
    conform::peers::come_at_once(STAGE.start().addr(), 1_000, conform::wire::PING);
}

#[test]
fn fifty_that_come_and_go_leave_nothing_behind() {
    let server = STAGE.start();
    let addr = server.addr();
    let threads: Vec<_> = (0..50)
        .map(|n| {
            std::thread::spawn(move || {
                for round in 0..20 {
                    let mut stream = TcpStream::connect(addr).unwrap();
                    stream.set_read_timeout(Some(PATIENCE)).unwrap();
                    let batch = format!(
                        "SUBSCRIBE a c{n}\r\nPSUBSCRIBE c* a?\r\nUNSUBSCRIBE a\r\nPING {round}\r\n"
                    );
                    stream.write_all(batch.as_bytes()).unwrap();
                    let mut publisher = TcpStream::connect(addr).unwrap();
                    publisher.write_all(format!("PUBLISH c{n} 1\r\n").as_bytes()).unwrap();
                    stream.read_exact(&mut [0; 100]).unwrap();
                }
            })
        })
        .collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    for n in 0..50 {
        until_listeners(&server, &format!("c{n}"), 0);
    }
    expect(
        &mut server.connect(),
        b"PUBSUB CHANNELS\r\nPUBSUB NUMPAT\r\n",
        b"*0\r\n:0\r\n",
    );
}
