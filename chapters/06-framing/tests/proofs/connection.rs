use std::io;
use std::ops::ControlFlow;
use std::time::Duration;

use allocation_counter::measure;
use framing::{Connection, Db, Error, Frame, Grammar, Limits, Resp, Session};
use futures::{SinkExt, StreamExt};
use probe::{Script, Sink, cancel_at_every_poll, virtual_time};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex, join};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::codec::Framed;

fn encode(frames: &[Frame]) -> Vec<u8> {
    let mut out = bytes::BytesMut::new();
    frames.iter().for_each(|frame| frame.encode(&mut out));
    out.to_vec()
}

fn set() -> Frame {
    Frame::request(["SET", "city", "Paris"])
}

/// Answers everything until the client leaves.
async fn serve<S>(connection: &mut Connection<S>) -> Result<(), Error>
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    let mut session = Session::new(Db::new());
    while let Some((request, replies)) = connection.read_request().await? {
        if let ControlFlow::Break(()) = session.answer(request, replies) {
            break;
        }
    }
    Ok(())
}

#[test]
fn read_frame_loses_nothing_wherever_it_is_dropped() {
    let nested = Frame::Array(vec![set(), Frame::Integer(-7), Frame::Null]);
    let wire = encode(&[nested.clone(), set()]);
    let trials = cancel_at_every_poll(
        || {
            let script = Script::new().one_byte_at_a_time(&wire);
            Connection::client(join(script, Sink::new()))
        },
        async |connection| {
            let first = connection.read_frame().await.unwrap();
            assert!(first.is_some());
            first
        },
    )
    .unwrap();
    assert!(trials.len() > 40, "{} places to be dropped at", trials.len());
    for trial in trials {
        assert_eq!(
            trial.output.as_ref(),
            Some(&nested),
            "dropped after {:?}",
            trial.after
        );
        let mut connection = trial.state;
        let rest = virtual_time(|| async {
            (
                connection.read_frame().await.unwrap(),
                connection.read_frame().await.unwrap(),
            )
        });
        assert_eq!(rest.done().unwrap().0, (Some(set()), None));
    }
}

#[test]
fn a_write_that_is_dropped_in_the_middle_is_not_sent_twice() {
    nothing_is_sent_twice(async |connection| connection.flush().await.unwrap());
}

#[test]
fn a_read_that_is_dropped_while_it_flushes_sends_nothing_twice() {
    nothing_is_sent_twice(async |connection| {
        assert_eq!(
            connection.read_frame().await.unwrap(),
            Some(Frame::request(["PING"]))
        );
    });
}

/// Drops an attempt to send `Paris` at every poll, tries again, and looks at what has arrived.
fn nothing_is_sent_twice(send: impl AsyncFn(&mut Connection<DuplexStream>)) {
    let paris = encode(&[Frame::Bulk("Paris".into())]);
    let trials = cancel_at_every_poll(
        || {
            let (ours, mut theirs) = duplex(1);
            let len = paris.len();
            let peer = tokio::spawn(async move {
                let mut all = vec![0; len];
                theirs.read_exact(&mut all).await.unwrap();
                // Whoever does not read has gone by now.
                let _ = theirs.write_all(&encode(&[Frame::request(["PING"])])).await;
                theirs.read_to_end(&mut all).await.unwrap();
                all
            });
            let mut connection = Connection::server(ours);
            connection.replies().bulk("Paris");
            (Some(connection), peer)
        },
        async |(connection, peer)| {
            if let Some(open) = connection {
                send(open).await;
                *connection = None;
            }
            peer.await.unwrap()
        },
    )
    .unwrap();
    assert!(trials.len() > 5);
    for trial in trials {
        assert_eq!(trial.output, paris, "dropped after {:?}", trial.after);
    }
}

#[test]
fn a_hundred_requests_in_one_read_are_answered_in_one_write() {
    let batch = encode(&vec![Frame::request(["PING"]); 100]);
    let sink = Sink::new();
    let log = sink.log();
    let mut connection = Connection::server(join(Script::new().chunk(&batch), sink));
    virtual_time(|| async { serve(&mut connection).await.unwrap() }).done().unwrap();
    assert_eq!(log.written(), b"+PONG\r\n".repeat(100));
    assert_eq!((log.writes(), log.flushes()), (1, 1));
}

#[test]
fn a_long_batch_lets_other_tasks_run_in_between() {
    let batch = encode(&vec![Frame::request(["PING"]); 1_000]);
    let mut connection =
        Connection::server(join(Script::new().chunk(&batch), Sink::new()));
    let run = virtual_time(|| async { serve(&mut connection).await });
    assert!(run.stats.polls > 1_000 / 200, "{} polls", run.stats.polls);
}

#[test]
fn what_is_answered_leaves_before_we_wait_for_the_rest_of_a_request() {
    let wire = encode(&[Frame::request(["PING"]), set()]);
    for end in 14..wire.len() {
        let sink = Sink::new();
        let log = sink.log();
        let script = Script::new().chunk(&wire[..end]).then_silence();
        let mut connection = Connection::server(join(script, sink));
        // The client waits for its PONG, and so would we for its client for ever.
        let _ = virtual_time(|| async { serve(&mut connection).await });
        assert_eq!(
            (log.written(), log.flushes()),
            (b"+PONG\r\n".to_vec(), 1),
            "{end} bytes"
        );
    }
}

#[test]
fn an_end_within_a_request_is_an_error_and_between_two_is_none() {
    let wire = encode(&[set(), set()]);
    for end in 0..=wire.len() {
        let script = Script::new().chunk(&wire[..end]);
        let mut connection = Connection::server(join(script, Sink::new()));
        let (result, _) =
            virtual_time(|| async { serve(&mut connection).await }).done().unwrap();
        match result {
            Ok(()) => assert_eq!(end % (wire.len() / 2), 0, "{end} bytes"),
            Err(Error::Io(error)) => {
                assert_ne!(end % (wire.len() / 2), 0, "{end} bytes");
                assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
            }
            Err(error) => panic!("{end} bytes: {error}"),
        }
    }
}

#[test]
fn a_client_that_sends_everything_before_it_reads_is_answered() {
    const REQUESTS: usize = 10_000;
    let run = virtual_time(|| async {
        let (theirs, ours) = duplex(64);
        tokio::spawn(async move { serve(&mut Connection::server(ours)).await.unwrap() });
        let (mut reader, mut writer) = tokio::io::split(theirs);
        let batch = encode(&vec![set(); REQUESTS]);
        writer.write_all(&batch).await.unwrap();
        writer.shutdown().await.unwrap();
        let mut replies = Vec::new();
        reader.read_to_end(&mut replies).await.unwrap();
        replies.len()
    });
    assert_eq!(run.done().unwrap().0, b"+OK\r\n".len() * REQUESTS);
}

#[test]
fn a_client_that_reads_nothing_before_its_last_request_gets_more_than_16_mib() {
    const REQUESTS: usize = 200_000;
    let run = virtual_time(|| async {
        let (mut client, ours) = duplex(1 << 10);
        tokio::spawn(async move { serve(&mut Connection::server(ours)).await.unwrap() });
        let value = "x".repeat(100);
        let mut batch = encode(&[Frame::request(["SET", "k", &value])]);
        batch.extend(b"GET k\r\n".repeat(REQUESTS));
        client.write_all(&batch).await.unwrap();
        client.shutdown().await.unwrap();
        let mut replies = Vec::new();
        client.read_to_end(&mut replies).await.unwrap();
        let right = format!("$100\r\n{value}\r\n").repeat(REQUESTS);
        assert!(replies == format!("+OK\r\n{right}").as_bytes());
        replies.len()
    });
    assert!(run.done().unwrap().0 > 16 << 20);
}

#[test]
fn a_client_that_sends_without_an_end_and_never_reads_is_cut_off() {
    const FRAME: usize = 4 << 20;
    let limits = Limits { frame: FRAME, ..Limits::default() };
    let value = "x".repeat(1 << 20);
    let mut batch = encode(&[Frame::request(["SET", "big", &value])]);
    batch.extend(b"GET big\r\n".repeat((FRAME + (1 << 20)) / 9));
    let mut outcome = None;
    let info = measure(|| {
        let script = Script::new().chunk(&batch).then_silence();
        let mut connection =
            Connection::new(join(script, Full), Grammar::Requests, limits);
        let run = virtual_time(|| async { serve(&mut connection).await });
        outcome = Some(run.done().unwrap().0.unwrap_err());
    });
    assert!(matches!(outcome, Some(Error::Ahead)), "{outcome:?}");
    // What may wait in each direction, twice for buffers that grow, and the script itself.
    assert!(info.bytes_max < 2 * (17 << 20) + 4 * (FRAME as u64), "{}", info.bytes_max);
}

#[test]
fn a_client_that_never_reads_is_answered_no_further_than_16_mib() {
    let value = "x".repeat(1 << 20);
    let mut batch = encode(&[Frame::request(["SET", "big", &value])]);
    batch.extend(encode(&vec![Frame::request(["GET", "big"]); 200]));
    let mut held = 0;
    let info = measure(|| {
        let mut connection =
            Connection::server(join(Script::new().chunk(&batch).then_silence(), Full));
        let _ = virtual_time(|| async { serve(&mut connection).await });
        held = connection.replies().as_bytes().len();
    });
    assert!((16 << 20..18 << 20).contains(&held), "{held} bytes wait");
    assert!(info.bytes_max < 60 << 20, "{} bytes", info.bytes_max);
}

/// A peer that takes nothing.
struct Full;

impl tokio::io::AsyncWrite for Full {
    fn poll_write(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
        _: &[u8],
    ) -> std::task::Poll<io::Result<usize>> {
        std::task::Poll::Pending
    }

    fn poll_flush(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<io::Result<()>> {
        std::task::Poll::Ready(Ok(()))
    }

    fn poll_shutdown(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<io::Result<()>> {
        std::task::Poll::Ready(Ok(()))
    }
}

#[test]
fn a_connection_without_traffic_holds_no_big_buffer() {
    let big = encode(&[Frame::request(["ECHO", &"x".repeat(1 << 20)])]);
    let mut connection =
        Connection::server(join(Script::new().chunk(&big).then_silence(), Sink::new()));
    let info = measure(|| {
        let _ = virtual_time(|| async { serve(&mut connection).await });
    });
    // The sink remembers a megabyte, and a `Vec` may have room for twice as much.
    assert!(info.bytes_current < 3 << 20, "{} bytes stay", info.bytes_current);
}

/// QUIT, and more behind it than the pipe takes: who is busy sending hears the last word all the same.
#[test]
fn the_last_word_arrives_although_the_peer_is_still_sending() {
    let run = virtual_time(|| async {
        let (mut client, ours) = duplex(64);
        let server = tokio::spawn(async move {
            let mut connection = Connection::server(ours);
            serve(&mut connection).await.unwrap();
            connection.hang_up().await
        });
        let batch = [&b"PING\r\n".repeat(100), &b"QUIT\r\n"[..], &[b'x'; 1000]].concat();
        client.write_all(&batch).await.unwrap();
        client.shutdown().await.unwrap();
        let mut replies = Vec::new();
        client.read_to_end(&mut replies).await.unwrap();
        assert_eq!(replies, [&b"+PONG\r\n".repeat(100), &b"+OK\r\n"[..]].concat());
        assert!(server.await.unwrap(), "all of it has left");
    });
    assert!(run.done().unwrap().1.elapsed.is_zero());
}

/// (Redis resets the connection here.)
#[test]
fn ten_megabytes_that_are_unread_at_quit_arrive_if_they_are_read_within_a_second() {
    let run = virtual_time(|| async {
        let (mut client, ours) = duplex(64 << 10);
        let server = tokio::spawn(async move {
            let mut connection = Connection::server(ours);
            serve(&mut connection).await.unwrap();
            connection.hang_up().await
        });
        let value = "x".repeat(1 << 20);
        let mut batch = encode(&[Frame::request(["SET", "big", &value])]);
        batch.extend(b"GET big\r\n".repeat(10));
        batch.extend(b"QUIT\r\n");
        client.write_all(&batch).await.unwrap();
        tokio::time::sleep(Duration::from_millis(900)).await;
        let mut replies = Vec::new();
        client.read_to_end(&mut replies).await.unwrap();
        let right = format!("$1048576\r\n{value}\r\n").repeat(10);
        assert!(replies == format!("+OK\r\n{right}+OK\r\n").as_bytes());
        drop(client);
        assert!(server.await.unwrap());
    });
    run.done().unwrap();
}

#[test]
fn who_does_not_read_for_a_second_loses_what_waits_and_we_know_it() {
    let run = virtual_time(|| async {
        let (_client, ours) = duplex(64);
        let mut connection = Connection::server(ours);
        connection.replies().bulk([b'x'; 100]);
        connection.hang_up().await
    });
    let (sent, stats) = run.done().unwrap();
    assert!(!sent);
    assert_eq!(stats.elapsed.as_secs(), 1);
}

#[tokio::test]
async fn the_last_word_arrives_although_input_is_unread() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let mut client = TcpStream::connect(listener.local_addr()?).await?;
    let (socket, _) = listener.accept().await?;
    // Garbage, and a megabyte behind it that nobody will look at.
    let sender = tokio::spawn(async move {
        let _ = client.write_all(&[b"*x\r\n", &vec![b'y'; 1 << 20][..]].concat()).await;
        client.shutdown().await.ok();
        let mut received = Vec::new();
        client.read_to_end(&mut received).await.map(|_| received)
    });
    let mut connection = Connection::server(socket);
    let Err(Error::Protocol(error)) = connection.read_frame().await else {
        panic!("it is no request")
    };
    connection.replies().error(error.words());
    connection.hang_up().await;
    let received = sender.await.unwrap()?;
    assert_eq!(received, b"-ERR Protocol error: invalid multibulk length\r\n");
    Ok(())
}

#[test]
fn the_codec_finds_the_same_frames_in_the_same_bytes() {
    let frames =
        [set(), Frame::Array(vec![]), Frame::Null, Frame::Integer(i64::MIN), set()];
    let wire = encode(&frames);
    for piece in [1, 3, 10, wire.len()] {
        let script = wire.chunks(piece).fold(Script::new(), Script::chunk);
        let run = virtual_time(|| {
            Framed::new(join(script, Sink::new()), Resp::client())
                .map(Result::unwrap)
                .collect::<Vec<_>>()
        });
        assert_eq!(run.done().unwrap().0, frames);
    }
}

#[test]
fn the_codec_writes_what_the_connection_writes() {
    let (sink, frames) = (Sink::new(), [set(), Frame::Null, Frame::Simple("OK".into())]);
    let log = sink.log();
    let run = virtual_time(|| async {
        let mut framed = Framed::new(join(Script::new(), sink), Resp::client());
        for frame in frames.clone() {
            framed.feed(frame).await.unwrap();
        }
        assert_eq!(log.writes(), 0, "`feed` collects, and `flush` sends");
        framed.flush().await.unwrap();
    });
    run.done().unwrap();
    assert_eq!(log.written(), encode(&frames));
}

#[test]
fn a_connection_with_limits_of_its_own_keeps_them() {
    let limits = Limits { bulk: 4, ..Limits::default() };
    let script = Script::new().chunk(encode(&[set()]));
    let mut connection =
        Connection::new(join(script, Sink::new()), Grammar::Requests, limits);
    let run = virtual_time(|| async { connection.read_frame().await });
    let error = run.done().unwrap().0.unwrap_err();
    assert_eq!(error.to_string(), "Protocol error: invalid bulk length");
}
