//! What the stage says, to the byte.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use conform::PATIENCE;
use conform::real::Redis;
use conform::wire::{converse, request};

use crate::STAGE;

/// What is sent, and what Redis 7.0 replies. A test below asks a real one.
const REPLIES: &[(&str, &str)] = &[
    ("SUBSCRIBE\r\n", "-ERR wrong number of arguments for 'subscribe' command\r\n"),
    ("PSUBSCRIBE\r\n", "-ERR wrong number of arguments for 'psubscribe' command\r\n"),
    (
        "SUBSCRIBE a a b\r\nUNSUBSCRIBE a c\r\n",
        "*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n\
         *3\r\n$9\r\nsubscribe\r\n$1\r\nb\r\n:2\r\n*3\r\n$11\r\nunsubscribe\r\n$1\r\na\r\n:1\r\n\
         *3\r\n$11\r\nunsubscribe\r\n$1\r\nc\r\n:1\r\n",
    ),
    (
        "UNSUBSCRIBE\r\nPUNSUBSCRIBE\r\n",
        "*3\r\n$11\r\nunsubscribe\r\n$-1\r\n:0\r\n*3\r\n$12\r\npunsubscribe\r\n$-1\r\n:0\r\n",
    ),
    (
        "PSUBSCRIBE a*\r\nUNSUBSCRIBE\r\nPUNSUBSCRIBE\r\n",
        "*3\r\n$10\r\npsubscribe\r\n$2\r\na*\r\n:1\r\n*3\r\n$11\r\nunsubscribe\r\n$-1\r\n:1\r\n\
         *3\r\n$12\r\npunsubscribe\r\n$2\r\na*\r\n:0\r\n",
    ),
    (
        "SUBSCRIBE ''\r\nPSUBSCRIBE [\r\n",
        "*3\r\n$9\r\nsubscribe\r\n$0\r\n\r\n:1\r\n*3\r\n$10\r\npsubscribe\r\n$1\r\n[\r\n:2\r\n",
    ),
    ("PUBLISH a b\r\n", ":0\r\n"),
    ("PUBLISH\r\n", "-ERR wrong number of arguments for 'publish' command\r\n"),
    ("PUBLISH a b c\r\n", "-ERR wrong number of arguments for 'publish' command\r\n"),
    ("PUBSUB\r\n", "-ERR wrong number of arguments for 'pubsub' command\r\n"),
    ("PUBSUB CHANNELS\r\nPUBSUB channels x*\r\n", "*0\r\n*0\r\n"),
    (
        "PUBSUB Channels a b\r\n",
        "-ERR unknown subcommand or wrong number of arguments for 'Channels'. Try PUBSUB HELP.\r\n",
    ),
    (
        "PUBSUB NUMSUB\r\nPUBSUB NUMSUB a b\r\n",
        "*0\r\n*4\r\n$1\r\na\r\n:0\r\n$1\r\nb\r\n:0\r\n",
    ),
    (
        "PUBSUB NUMPAT\r\nPUBSUB NUMPAT x\r\n",
        ":0\r\n-ERR wrong number of arguments for 'pubsub|numpat' command\r\n",
    ),
    ("PUBSUB what\r\n", "-ERR unknown subcommand 'what'. Try PUBSUB HELP.\r\n"),
    ("RESET\r\n", "+RESET\r\n"),
    ("RESET now\r\n", "-ERR wrong number of arguments for 'reset' command\r\n"),
    (
        "SUBSCRIBE a\r\nPING\r\nPING hi\r\nPING a b\r\n",
        "*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n*2\r\n$4\r\npong\r\n$0\r\n\r\n\
         *2\r\n$4\r\npong\r\n$2\r\nhi\r\n-ERR wrong number of arguments for 'ping' command\r\n",
    ),
    (
        "SUBSCRIBE a\r\nQUIT\r\nPING\r\n",
        "*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n+OK\r\n",
    ),
    (
        "SUBSCRIBE a\r\nRESET\r\nGET k\r\nPING\r\n",
        "*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n+RESET\r\n$-1\r\n+PONG\r\n",
    ),
    (
        "SUBSCRIBE a\r\nUNSUBSCRIBE a\r\nGET k\r\nPING\r\n",
        "*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n*3\r\n$11\r\nunsubscribe\r\n$1\r\na\r\n:0\r\n\
         $-1\r\n+PONG\r\n",
    ),
    ("SUBSCRIBE a\r\nPOST x\r\nPING\r\n", ""),
    (
        "SUBSCRIBE a\r\n*1\r\n:1\r\n",
        "*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n-ERR Protocol error: expected '$', got ':'\r\n",
    ),
];

/// What a subscriber in RESP2 hears when it asks for something else.
const REFUSED: &[(&str, &str)] = &[
    ("GET k", "Can't execute 'get'"),
    ("get", "wrong number of arguments for 'get' command"),
    ("SET a b EX", "Can't execute 'set'"),
    ("FLY x", "unknown command 'FLY', with args beginning with: 'x' "),
    ("PUBLISH a b", "Can't execute 'publish'"),
    ("PUBLISH a", "wrong number of arguments for 'publish' command"),
    ("PUBSUB NUMPAT", "Can't execute 'pubsub|numpat'"),
    ("pubsub Channels a b c", "Can't execute 'pubsub|channels'"),
    ("PUBSUB WHAT", "unknown subcommand 'WHAT'. Try PUBSUB HELP."),
    ("CLIENT ID", "Can't execute 'client|id'"),
    ("CLIENT WHAT", "unknown subcommand 'WHAT'. Try CLIENT HELP."),
    ("CLIENT SETNAME", "wrong number of arguments for 'client|setname' command"),
    ("client", "wrong number of arguments for 'client' command"),
    ("CONFIG GET save", "Can't execute 'config|get'"),
    ("COMMAND", "Can't execute 'command'"),
    ("COMMAND COUNT", "Can't execute 'command|count'"),
    ("COMMAND WHAT", "unknown subcommand 'WHAT'. Try COMMAND HELP."),
    ("HELLO 3", "Can't execute 'hello'"),
    ("SELECT 0", "Can't execute 'select'"),
    ("EXISTS", "wrong number of arguments for 'exists' command"),
];

fn refused() -> (String, String) {
    let mut sent = "SUBSCRIBE a\r\n".to_owned();
    let mut reply = "*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n".to_owned();
    for (line, words) in REFUSED {
        sent += &format!("{line}\r\n");
        let context = match words.starts_with("Can't") {
            true => {
                ": only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context"
            }
            false => "",
        };
        reply += &format!("-ERR {words}{context}\r\n");
    }
    (sent, reply)
}

/// In RESP3 a subscriber may ask anything.
const RESP3: &str = "SUBSCRIBE a\r\nPSUBSCRIBE *\r\nPUBLISH a hi\r\nPING\r\nGET k\r\nUNSUBSCRIBE\r\n\
    UNSUBSCRIBE\r\nPUNSUBSCRIBE\r\nPUNSUBSCRIBE zz\r\nPUBSUB NUMSUB a\r\nPUBSUB CHANNELS\r\n\
    SUBSCRIBE a\r\nPUBSUB CHANNELS\r\nRESET\r\nUNSUBSCRIBE\r\n";

const RESP3_REPLY: &str = ">3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n>3\r\n$10\r\npsubscribe\r\n$1\r\n*\r\n:2\r\n\
    >3\r\n$7\r\nmessage\r\n$1\r\na\r\n$2\r\nhi\r\n>4\r\n$8\r\npmessage\r\n$1\r\n*\r\n$1\r\na\r\n$2\r\nhi\r\n:2\r\n\
    +PONG\r\n_\r\n>3\r\n$11\r\nunsubscribe\r\n$1\r\na\r\n:1\r\n>3\r\n$11\r\nunsubscribe\r\n_\r\n:1\r\n\
    >3\r\n$12\r\npunsubscribe\r\n$1\r\n*\r\n:0\r\n>3\r\n$12\r\npunsubscribe\r\n$2\r\nzz\r\n:0\r\n\
    *2\r\n$1\r\na\r\n:0\r\n*0\r\n>3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n*1\r\n$1\r\na\r\n+RESET\r\n\
    *3\r\n$11\r\nunsubscribe\r\n$-1\r\n:0\r\n";

fn says_what_the_table_says(addr: SocketAddr) {
    let (sent, reply) = refused();
    let refused = [(sent.as_str(), reply.as_str())];
    for (sent, reply) in REPLIES.iter().chain(&refused) {
        let got = converse(addr, sent.as_bytes());
        assert_eq!(
            got.escape_ascii().to_string(),
            reply.escape_debug().to_string().replace("\\\'", "'").replace('\'', "\\'"),
            "{}",
            sent.escape_debug()
        );
    }
    let got = converse(addr, format!("HELLO 3\r\n{RESP3}").as_bytes());
    let got = String::from_utf8(got).unwrap();
    let (_, replies) =
        got.split_once("$7\r\nmodules\r\n*0\r\n").expect("a reply to HELLO");
    assert_eq!(replies.replace("\r\n", "\n"), RESP3_REPLY.replace("\r\n", "\n"));
}

#[test]
fn replies_are_those_of_redis_to_the_byte() {
    says_what_the_table_says(STAGE.start().addr());
}

#[test]
#[ignore = "needs redis-server"]
fn a_real_redis_replies_what_the_table_says() {
    says_what_the_table_says(Redis::start(&[]).addr());
}

/// Three clients on one server: each request is answered before the next is sent.
struct Clients {
    streams: Vec<TcpStream>,
    /// What each has received.
    heard: Vec<Vec<u8>>,
}

impl Clients {
    fn connect(addr: SocketAddr) -> Clients {
        let connect = || {
            let stream = TcpStream::connect(addr).unwrap();
            stream.set_nodelay(true).unwrap();
            stream.set_read_timeout(Some(PATIENCE)).unwrap();
            stream
        };
        Clients {
            streams: (0..3).map(|_| connect()).collect(),
            heard: vec![Vec::new(); 3],
        }
    }

    /// Sends a request and a PING that nobody else sends, and reads up to the answer to that.
    fn ask(&mut self, who: usize, bytes: &[u8], mark: usize) {
        let mark = format!("mark:{mark:06}");
        let stream = &mut self.streams[who];
        stream.write_all(&[bytes, &request(&["PING", &mark])].concat()).unwrap();
        let end = format!("$11\r\n{mark}\r\n");
        while !self.heard[who].ends_with(end.as_bytes()) {
            let mut chunk = [0; 4096];
            let n = stream.read(&mut chunk).unwrap();
            assert!(n > 0, "the server hung up on {}", bytes.escape_ascii());
            self.heard[who].extend_from_slice(&chunk[..n]);
        }
    }
}

impl Clients {
    /// Hears all that is left. When the server has hung up, the client listens no longer.
    fn quit(&mut self, who: usize) {
        self.streams[who].write_all(b"QUIT\r\n").unwrap();
        self.streams[who].read_to_end(&mut self.heard[who]).unwrap();
    }
}

/// Random sessions of three clients, which hear each other: ours has to say the same bytes to each of them, in the same
/// order.
#[test]
#[ignore = "needs redis-server"]
fn three_clients_hear_the_same_bytes_from_both() {
    let (redis, server) = (Redis::start(&[]), STAGE.start());
    let mut state: u64 = 9;
    let mut next = move |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) as usize % below
    };
    for round in 0..60 {
        let (mut theirs, mut ours) =
            (Clients::connect(redis.addr()), Clients::connect(server.addr()));
        let mut log = String::new();
        for mark in 0..60 {
            let who = next(3);
            let channel = ["a", "ab", "b", "c", ""][next(5)];
            // One pattern a client: of several, Redis delivers in the order of its hash table.
            let pattern = ["a*", "?b", "[^b]"][who];
            let line: Vec<&str> = match next(13) {
                0 | 1 => vec!["SUBSCRIBE", channel, "b"],
                2 => vec!["PSUBSCRIBE", pattern],
                3 => vec!["UNSUBSCRIBE", channel],
                4 => vec!["PUNSUBSCRIBE", pattern, "x"],
                5..=8 => vec!["PUBLISH", channel, "hello\r\n"],
                9 => vec!["PUBSUB", "NUMSUB", "a", "b", "a"],
                10 => vec!["PUBSUB", "NUMPAT"],
                11 if next(4) == 0 => vec!["RESET"],
                _ => vec!["GET", channel],
            };
            log += &format!("{who}: {}\n", line.join(" "));
            for clients in [&mut theirs, &mut ours] {
                clients.ask(who, &request(&line), mark);
            }
        }
        for who in 0..3 {
            for clients in [&mut theirs, &mut ours] {
                clients.quit(who);
            }
            assert_eq!(
                ours.heard[who].escape_ascii().to_string(),
                theirs.heard[who].escape_ascii().to_string(),
                "client {who} in round {round}:\n{log}"
            );
        }
    }
}
