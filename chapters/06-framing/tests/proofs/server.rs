//! What the stage says, to the byte.

use std::time::Duration;

use conform::wire::converse;
use framing::{Db, Grammar, Limits, Parser, Replies, Session};
use probe::virtual_time;

use crate::STAGE;

/// What is sent, and what Redis 7.0 replies. A test below asks a real one.
pub const REPLIES: &[(&str, &str)] = &[
    ("PING\r\n", "+PONG\r\n"),
    ("PING hello\r\n", "$5\r\nhello\r\n"),
    ("PING a b\r\n", "-ERR wrong number of arguments for 'ping' command\r\n"),
    ("ECHO hello\r\n", "$5\r\nhello\r\n"),
    ("ECHO\r\n", "-ERR wrong number of arguments for 'echo' command\r\n"),
    ("GET nothing\r\n", "$-1\r\n"),
    ("SET empty ''\r\nGET empty\r\n", "+OK\r\n$0\r\n\r\n"),
    ("sEt k v\r\ngEt k\r\n", "+OK\r\n$1\r\nv\r\n"),
    (
        "SET n 1 NX\r\nSET n 2 NX\r\nSET n 3 XX\r\nGET n\r\n",
        "+OK\r\n$-1\r\n+OK\r\n$1\r\n3\r\n",
    ),
    ("SET absent 1 XX\r\nGET absent\r\n", "$-1\r\n$-1\r\n"),
    ("SET t 1 EX 100 NX\r\nSET t 2 px 100000 xx\r\n", "+OK\r\n+OK\r\n"),
    ("SET k\r\n", "-ERR wrong number of arguments for 'set' command\r\n"),
    ("SET k v EX\r\n", "-ERR syntax error\r\n"),
    ("SET k v NX XX\r\n", "-ERR syntax error\r\n"),
    ("SET k v XX NX\r\n", "-ERR syntax error\r\n"),
    ("SET k v EX 1 PX 1\r\n", "-ERR syntax error\r\n"),
    ("SET k v EX 10 NX EX 20\r\nSET k v PX x px 1000\r\n", "+OK\r\n+OK\r\n"),
    (
        "SET k v EX 10 EX x\r\nSET k v EX 10 EX\r\n",
        "-ERR value is not an integer or out of range\r\n-ERR syntax error\r\n",
    ),
    ("SET k v EX x\r\n", "-ERR value is not an integer or out of range\r\n"),
    ("SET k v EX 0\r\n", "-ERR invalid expire time in 'set' command\r\n"),
    ("SET k v EX -1 WHAT\r\n", "-ERR syntax error\r\n"),
    (
        "SET k v EX 9223372036854775807\r\n",
        "-ERR invalid expire time in 'set' command\r\n",
    ),
    (
        "SET k v PX 9223372036854775807\r\n",
        "-ERR invalid expire time in 'set' command\r\n",
    ),
    ("SET i 41\r\nINCR i\r\nINCR new\r\n", "+OK\r\n:42\r\n:1\r\n"),
    ("SET i 41\r\nINCRBY i -42\r\nINCRBY new 7\r\n", "+OK\r\n:-1\r\n:7\r\n"),
    ("INCRBY i x\r\n", "-ERR value is not an integer or out of range\r\n"),
    ("SET i 4x\r\nINCR i\r\n", "+OK\r\n-ERR value is not an integer or out of range\r\n"),
    (
        "SET i ' 4'\r\nINCR i\r\n",
        "+OK\r\n-ERR value is not an integer or out of range\r\n",
    ),
    (
        "SET i 9223372036854775807\r\nINCR i\r\n",
        "+OK\r\n-ERR increment or decrement would overflow\r\n",
    ),
    ("SET i -9223372036854775808\r\nINCR i\r\n", "+OK\r\n:-9223372036854775807\r\n"),
    (
        "SET a 1\r\nEXISTS a a gone\r\nDEL a a gone\r\nEXISTS a\r\n",
        "+OK\r\n:2\r\n:1\r\n:0\r\n",
    ),
    ("DEL\r\n", "-ERR wrong number of arguments for 'del' command\r\n"),
    ("QUIT\r\nPING\r\n", "+OK\r\n"),
    ("quit now\r\n", "+OK\r\n"),
    ("FLY\r\n", "-ERR unknown command 'FLY', with args beginning with: \r\n"),
    (
        "FLY \"to\\nRome\" 'a\\'b'\r\n",
        "-ERR unknown command 'FLY', with args beginning with: 'to Rome' 'a'b' \r\n",
    ),
    ("*1\r\n$0\r\n\r\n", "-ERR unknown command '', with args beginning with: \r\n"),
    (
        "$4\r\nPING\r\n",
        "-ERR unknown command '$4', with args beginning with: \r\n+PONG\r\n",
    ),
    ("\r\n\n*0\r\n*-1\r\n*-7\r\nPING\n", "+PONG\r\n"),
    ("\"PING\" \"\\x41\\xZZ\"\r\n", "$4\r\nAxZZ\r\n"),
    ("CLIENT\r\n", "-ERR wrong number of arguments for 'client' command\r\n"),
    ("CLIENT GETNAME\r\n", "$-1\r\n"),
    ("CLIENT SETNAME me\r\nCLIENT GETNAME\r\n", "+OK\r\n$2\r\nme\r\n"),
    (
        "CLIENT SETNAME 'a b'\r\n",
        "-ERR Client names cannot contain spaces, newlines or special characters.\r\n",
    ),
    (
        "CLIENT SETNAME\r\n",
        "-ERR wrong number of arguments for 'client|setname' command\r\n",
    ),
    (
        "CLIENT SETINFO LIB-NAME x\r\n",
        "-ERR unknown subcommand 'SETINFO'. Try CLIENT HELP.\r\n",
    ),
    ("CONFIG\r\n", "-ERR wrong number of arguments for 'config' command\r\n"),
    ("CONFIG GET\r\n", "-ERR wrong number of arguments for 'config|get' command\r\n"),
    ("CONFIG GET save\r\n", "*2\r\n$4\r\nsave\r\n$0\r\n\r\n"),
    ("CONFIG GET appendonly\r\n", "*2\r\n$10\r\nappendonly\r\n$2\r\nno\r\n"),
    ("CONFIG GET nothing\r\n", "*0\r\n"),
    ("CONFIG GET SAVE save\r\n", "*2\r\n$4\r\nSAVE\r\n$0\r\n\r\n"),
    ("COMMAND LIST x\r\n", "-ERR syntax error\r\n"),
    (
        "COMMAND COUNT x\r\n",
        "-ERR wrong number of arguments for 'command|count' command\r\n",
    ),
    ("COMMAND WHAT\r\n", "-ERR unknown subcommand 'WHAT'. Try COMMAND HELP.\r\n"),
    ("COMMAND INFO nothing\r\n", "*1\r\n$-1\r\n"),
    ("COMMAND DOCS nothing\r\n", "*0\r\n"),
    ("SELECT 0\r\n", "+OK\r\n"),
    ("SELECT x\r\n", "-ERR value is not an integer or out of range\r\n"),
    ("SELECT 999\r\n", "-ERR DB index is out of range\r\n"),
    (
        "SELECT 2147483648\r\n",
        "-ERR value is out of range, value must between -2147483648 and 2147483647\r\n",
    ),
    ("INFO nothing\r\nINFO nothing nobody\r\n", "$0\r\n\r\n$0\r\n\r\n"),
    // An error at the end: the version is still the old one, and so is the next null.
    (
        "HELLO 3 SETNAME me WHAT\r\nGET nothing\r\nHELLO 3 SETNAME 'a b'\r\nGET nothing\r\n",
        "-ERR Syntax error in HELLO option 'WHAT'\r\n$-1\r\n\
         -ERR Client names cannot contain spaces, newlines or special characters.\r\n$-1\r\n",
    ),
    ("HELLO 9\r\n", "-NOPROTO unsupported protocol version\r\n"),
    ("HELLO x\r\n", "-ERR Protocol version is not an integer or out of range\r\n"),
    ("HELLO 2 WHAT\r\n", "-ERR Syntax error in HELLO option 'WHAT'\r\n"),
    ("HELLO 2 AUTH default\r\n", "-ERR Syntax error in HELLO option 'AUTH'\r\n"),
    (
        "HELLO 2 AUTH nobody x\r\n",
        "-WRONGPASS invalid username-password pair or user is disabled.\r\n",
    ),
    ("PING\r\nPOST / HTTP/1.1\r\nPING\r\n", ""),
    ("Host: here\r\nPING\r\n", ""),
    ("*x\r\n", "-ERR Protocol error: invalid multibulk length\r\n"),
    ("*\r\n", "-ERR Protocol error: invalid multibulk length\r\n"),
    ("*01\r\n", "-ERR Protocol error: invalid multibulk length\r\n"),
    ("*2147483648\r\n", "-ERR Protocol error: invalid multibulk length\r\n"),
    ("*1\r\n$-1\r\n", "-ERR Protocol error: invalid bulk length\r\n"),
    ("*1\r\n$\r\n", "-ERR Protocol error: invalid bulk length\r\n"),
    ("*1\r\n$04\r\nPING\r\n", "-ERR Protocol error: invalid bulk length\r\n"),
    ("*1\r\n$536870913\r\n", "-ERR Protocol error: invalid bulk length\r\n"),
    ("*1\r\n*1\r\n", "-ERR Protocol error: expected '$', got '*'\r\n"),
    ("*1\r\n\r\n", "-ERR Protocol error: expected '$', got ' '\r\n"),
    ("PING\r\n*1\r\n:1\r\n", "+PONG\r\n-ERR Protocol error: expected '$', got ':'\r\n"),
    ("SET k 'v\r\n", "-ERR Protocol error: unbalanced quotes in request\r\n"),
    ("SET k 'v'w\r\n", "-ERR Protocol error: unbalanced quotes in request\r\n"),
];

/// The same, where what is sent is too long to be shown.
pub fn long_replies() -> Vec<(Vec<u8>, Vec<u8>)> {
    let ones = |n| "1".repeat(n);
    let error = |words: &str| format!("-ERR Protocol error: {words}\r\n").into_bytes();
    let (name, arg) = ("x".repeat(200), "y".repeat(300));
    vec![
        (ones(65_537).into(), error("too big inline request")),
        (format!("*{}", ones(65_537)).into(), error("too big mbulk count string")),
        (format!("*1\r\n${}", ones(65_537)).into(), error("too big bulk count string")),
        (format!("*1\r\n${}\r\n", ones(65_535)).into(), error("invalid bulk length")),
        (
            b"*1\r\n\xff\r\n".into(),
            b"-ERR Protocol error: expected '$', got '\xff'\r\n".into(),
        ),
        (
            format!("{name} {arg} z\r\n").into(),
            format!(
                "-ERR unknown command '{}', with args beginning with: '{}' \r\n",
                &name[..128],
                &arg[..128]
            )
            .into(),
        ),
        (
            b"*2\r\n$3\r\n\xfe\x01z\r\n$1\r\n\xff\r\n".into(),
            b"-ERR unknown command '\xfe\x01z', with args beginning with: '\xff' \r\n"
                .into(),
        ),
        (
            format!("foo {}\r\n", "a ".repeat(70)).into(),
            format!(
                "-ERR unknown command 'foo', with args beginning with: {}\r\n",
                "'a' ".repeat(32)
            )
            .into(),
        ),
    ]
}

#[test]
fn replies_are_those_of_redis_to_the_byte() {
    for (sent, reply) in REPLIES {
        // A server each: they share no keys.
        let mut session = Session::new(Db::new());
        assert_eq!(answer(&mut session, sent), *reply, "{}", sent.escape_debug());
    }
}

#[test]
fn the_stage_says_the_same_over_a_socket() {
    let all = REPLIES
        .iter()
        .map(|(sent, reply)| (sent.as_bytes().to_vec(), reply.as_bytes().to_vec()));
    for (sent, reply) in all.chain(long_replies()) {
        let server = STAGE.start();
        let got = converse(server.addr(), &sent);
        assert_eq!(
            got.escape_ascii().to_string(),
            reply.escape_ascii().to_string(),
            "{}",
            sent.escape_ascii()
        );
    }
}

/// What a session says, without a socket.
fn answer(session: &mut Session, sent: &str) -> String {
    let mut parser = Parser::new(Grammar::Requests, Limits::default());
    let (mut rest, mut replies) = (sent.as_bytes(), Replies::default());
    loop {
        match parser.parse(rest) {
            Ok(Some(len)) => {
                if session.answer(parser.request(rest), &mut replies).is_break() {
                    break;
                }
                rest = &rest[len..];
            }
            Ok(None) => break,
            Err(error) => {
                replies.error(error.words());
                break;
            }
        }
    }
    String::from_utf8(replies.as_bytes().to_vec()).unwrap()
}

#[test]
fn info_says_what_the_server_knows_and_each_section_alone() {
    let mut session = Session::new(Db::new());
    let all = answer(&mut session, "INFO\r\n");
    for line in ["redis_version:7.0.15", "loading:0", "role:master"] {
        assert!(all.contains(&format!("\r\n{line}\r\n")), "{line} is missing: {all}");
    }
    for every in ["default", "ALL", "everything", "nothing all"] {
        assert_eq!(answer(&mut session, &format!("INFO {every}\r\n")), all);
    }
    let replication = "# Replication\r\nrole:master\r\nconnected_slaves:0\r\n";
    let bulk = |text: &str| format!("${}\r\n{text}\r\n", text.len());
    assert_eq!(answer(&mut session, "info replication\r\n"), bulk(replication));
    let two = format!("{replication}\r\n# Keyspace\r\n");
    assert_eq!(answer(&mut session, "INFO Keyspace x REPLICATION\r\n"), bulk(&two));
    let one_key = answer(&mut session, "SET k v\r\nINFO keyspace\r\n");
    assert_eq!(one_key, format!("+OK\r\n{}", bulk("# Keyspace\r\ndb0:keys=1\r\n")));
    // RESP3 has a type for it.
    let mut replies = Replies::default();
    replies.speak_resp3(true);
    replies.text("hello");
    assert_eq!(replies.as_bytes(), b"=9\r\ntxt:hello\r\n");
}

#[test]
fn a_key_is_gone_when_its_time_is_over_and_not_before() {
    let run = virtual_time(|| async {
        let mut session = Session::new(Db::new());
        assert_eq!(
            answer(&mut session, "SET a 1 EX 10\r\nSET b 1 PX 10001\r\n"),
            "+OK\r\n+OK\r\n"
        );
        tokio::time::sleep(Duration::from_millis(9_999)).await;
        assert_eq!(answer(&mut session, "EXISTS a b\r\nINCR a\r\n"), ":2\r\n:2\r\n");
        tokio::time::sleep(Duration::from_millis(1)).await;
        assert_eq!(
            answer(&mut session, "GET a\r\nDEL a\r\nEXISTS b\r\n"),
            "$-1\r\n:0\r\n:1\r\n"
        );
        assert_eq!(
            answer(&mut session, "SET a 1 XX\r\nSET a 1 NX\r\nINCR a\r\n"),
            "$-1\r\n+OK\r\n:2\r\n"
        );
        // Set anew without a time, it stays.
        assert_eq!(answer(&mut session, "SET b 5\r\n"), "+OK\r\n");
        tokio::time::sleep(Duration::from_secs(3_000)).await;
        assert_eq!(answer(&mut session, "INCR b\r\nGET a\r\n"), ":6\r\n$1\r\n2\r\n");
    });
    run.done().unwrap();
}
