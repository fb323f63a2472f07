//! The answer stands between clients and servers that talk in turns, end in either order, and
//! send more than the pipes between them hold.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/05-io/relay-both-ways/solution.rs"
)]
mod exercise;

use std::cell::Cell;
use std::io::ErrorKind;
use std::time::Duration;

use probe::words::count;
use probe::{Call, End, Finding, Script, Sink, Verdict, settle, virtual_time};
use tokio::io::{self, AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::time::{sleep, timeout};

probe::main!(
    "05-relay-both-ways",
    [
        client_and_server_talk_in_turns,
        the_way_down_does_not_wait_for_the_way_up,
        the_way_up_does_not_wait_for_the_way_down,
        the_client_ends_first_and_still_gets_its_answer,
        the_server_ends_first_and_still_gets_the_rest,
        the_server_is_sending_when_the_client_ends,
        the_bytes_are_counted,
        an_error_ends_the_relay,
    ]
);

/// A client and a server with the answer between them; each pipe holds 64 bytes.
fn between() -> (DuplexStream, DuplexStream, impl Future<Output = io::Result<(u64, u64)>>)
{
    let (client, near) = duplex(64);
    let (far, server) = duplex(64);
    (client, server, exercise::relay(near, far))
}

/// How a byte got from one side to the other.
#[derive(Clone, Copy)]
enum Byte {
    Arrived,
    /// Only when so many followed that they pushed it out of a buffer.
    Pushed,
    Lost,
}

/// Says one byte, and waits for it at the other side.
async fn say(from: &mut DuplexStream, to: &mut DuplexStream) -> io::Result<Byte> {
    const A_MINUTE: Duration = Duration::from_secs(60);
    let mut byte = [0];
    from.write_all(b"?").await?;
    if let Ok(read) = timeout(A_MINUTE, to.read_exact(&mut byte)).await {
        return read.map(|_| Byte::Arrived);
    }
    let push = timeout(A_MINUTE, from.write_all(&[b'.'; 100_000]));
    let wait = timeout(A_MINUTE, to.read_exact(&mut byte));
    match tokio::join!(push, wait).1 {
        Ok(read) => read.map(|_| Byte::Pushed),
        Err(_) => Ok(Byte::Lost),
    }
}

/// They speak three times each, and nobody ends anything.
fn client_and_server_talk_in_turns() -> Verdict {
    let run = virtual_time(|| async {
        let (mut client, mut server, relay) = between();
        let talk = async {
            for round in 0..3 {
                // Nobody says anything for a while, and neither has ended.
                sleep(Duration::from_secs(round * 600)).await;
                for to_server in [true, false] {
                    let byte = match to_server {
                        true => say(&mut client, &mut server).await?,
                        false => say(&mut server, &mut client).await?,
                    };
                    if !matches!(byte, Byte::Arrived) {
                        return Ok(Some((round, to_server, byte)));
                    }
                }
            }
            io::Result::Ok(None)
        };
        tokio::select! {
            biased; // the talk first: it may end in the very poll in which the relay does
            talked = talk => talked,
            _ = relay => Err(ErrorKind::ConnectionAborted.into()),
        }
    });
    match run.done()?.0 {
        Ok(None) => Ok(()),
        Ok(Some((round, to_server, byte))) => {
            let (from, to) = match to_server {
                true => ("client", "server"),
                false => ("server", "client"),
            };
            let saw = format!(
                "they talk in turns: in round {} the {from} said a byte, and the {to} waited for it for a minute",
                round + 1
            );
            Err(match byte {
                Byte::Pushed => Finding::mistake("waits-for-more")
                    .saw(format!("{saw}; it came when 100,000 more bytes followed it")),
                _ => Finding::mistake("one-way-at-a-time").saw(saw),
            })
        }
        Err(_) => Err(Finding::unnamed("The relay ended in the middle of a talk")
            .saw("they talked in turns, with pauses of 10 and 20 minutes, and neither side had ended its direction")),
    }
}

/// One side sends a lot before it reads a byte, and the other the same; then only one of them reads.
fn neither_way_waits_for_the_other(server_reads: bool) -> Verdict {
    const LENGTH: usize = 10_000;
    let (reader, writer) = match server_reads {
        true => ("server", "client"),
        false => ("client", "server"),
    };
    let arrived = Cell::new(0);
    let run = virtual_time(|| async {
        let (client, server, relay) = between();
        let (one, other) = if server_reads { (server, client) } else { (client, server) };
        let (mut one_reads, mut one_writes) = io::split(one);
        let (_other_reads, mut other_writes) = io::split(other);
        // Nobody reads at the other side: that way fills, and this way must go on.
        let fill = async {
            loop {
                one_writes.write_all(&[b'u'; 100]).await?;
            }
        };
        let send = async {
            settle().await; // that way is full by now
            other_writes.write_all(&[b'd'; LENGTH]).await?;
            std::future::pending::<io::Result<()>>().await
        };
        let receive = async {
            let mut byte = [0];
            while arrived.get() < LENGTH {
                one_reads.read_exact(&mut byte).await?;
                arrived.set(arrived.get() + 1);
            }
            io::Result::Ok(())
        };
        tokio::select! {
            biased;
            received = receive => received,
            failed = fill => failed,
            failed = send => failed,
            _ = relay => Err(ErrorKind::ConnectionAborted.into()),
        }
    });
    match run.end {
        End::Stuck => Err(Finding::mistake("one-way-at-a-time").saw(format!(
            "the {writer} does not read for now and sends {LENGTH} bytes; {} of them reached the \
             {reader}, and then the relay waited for the {writer} to read",
            arrived.get()
        ))),
        _ => match run.done()?.0 {
            Ok(()) => Ok(()),
            Err(error) => Err(Finding::unnamed("The relay ended in the middle of a talk")
                .saw(format!("neither side had ended its direction: {error}"))),
        },
    }
}

fn the_way_down_does_not_wait_for_the_way_up() -> Verdict {
    neither_way_waits_for_the_other(false)
}

fn the_way_up_does_not_wait_for_the_way_down() -> Verdict {
    neither_way_waits_for_the_other(true)
}

/// One side says all it has and ends its direction; then, after a while, the other does; then both
/// read the end.
fn ends_one_by_one(client_first: bool, a_while: Duration) -> Verdict {
    const FIRST: &str =
        "first, and longer than the pipe holds: 64 bytes are less than this is";
    const SECOND: &str =
        "second, only after the end of the first, and as long as that or longer";
    let (names, step) = match client_first {
        true => (("client", "server"), Cell::new("")),
        false => (("server", "client"), Cell::new("")),
    };
    // The relay returned before there was a second end.
    let returned_early = Cell::new(false);
    let run = virtual_time(|| async {
        let (client, server, relay) = between();
        let (mut one, mut other) =
            if client_first { (client, server) } else { (server, client) };
        let talk = async {
            let speak = async {
                one.write_all(FIRST.as_bytes()).await?;
                one.shutdown().await?;
                let mut heard = String::new();
                one.read_to_string(&mut heard).await?;
                io::Result::Ok(heard)
            };
            let listen = async {
                let mut heard = String::new();
                step.set("waiting for that end");
                other.read_to_string(&mut heard).await?;
                step.set("sending what it had to say");
                sleep(a_while).await;
                other.write_all(SECOND.as_bytes()).await?;
                other.shutdown().await?;
                step.set("");
                io::Result::Ok(heard)
            };
            tokio::join!(speak, listen)
        };
        // When the relay is done, it is dropped, and its ends of the pipes with it.
        let relay = async {
            let _ = relay.await;
            returned_early.set(!step.get().is_empty());
        };
        let ((heard_back, heard), ()) = tokio::join!(talk, relay);
        (heard, heard_back)
    });
    // And the first one had been passed on, or looked as if it had.
    let gave_up = returned_early.get() && step.get() == "sending what it had to say";
    let (one, other) = names;
    let told = |text: &io::Result<String>, of: &str| match text {
        Ok(text) => format!("{} of {} bytes", text.len(), of.len()),
        Err(error) => format!("the error “{error}”"),
    };
    match run.end {
        End::Stuck if step.get().is_empty() => {
            Err(Finding::mistake("half-close-forgotten").saw(format!(
                "the {one} ended its direction first and the {other} second, and the {one} never \
                 heard of that"
            )))
        }
        End::Stuck => Err(Finding::mistake("half-close-forgotten").saw(format!(
            "the {one} ended its direction, and the {other} got stuck {}",
            step.get()
        ))),
        _ => match run.done()?.0 {
            (Ok(heard), Ok(heard_back)) if heard == FIRST && heard_back == SECOND => Ok(()),
            (heard, heard_back) => {
                let id = match gave_up {
                    true => "select-keeps-progress",
                    false => "half-close-forgotten",
                };
                Err(Finding::mistake(id).saw(format!(
                    "the {one} ended its direction first: the {other} received {}, and the {one} then {}",
                    told(&heard, FIRST),
                    told(&heard_back, SECOND)
                )))
            }
        },
    }
}

fn the_client_ends_first_and_still_gets_its_answer() -> Verdict {
    ends_one_by_one(true, Duration::ZERO)?;
    ends_one_by_one(true, Duration::from_secs(1800))
}

fn the_server_ends_first_and_still_gets_the_rest() -> Verdict {
    ends_one_by_one(false, Duration::ZERO)?;
    ends_one_by_one(false, Duration::from_secs(1800))
}

/// The end of one direction comes while the other is full of bytes.
fn the_server_is_sending_when_the_client_ends() -> Verdict {
    let sent: Vec<u8> = (0..50_000u32).map(|i| (i % 251) as u8).collect();
    let run = virtual_time(|| async {
        let (mut client, mut server, relay) = between();
        let asking = async {
            client.write_all(b"all of it, please").await?;
            settle().await; // the server sends until every pipe is full
            client.shutdown().await?;
            settle().await;
            let mut heard = Vec::new();
            client.read_to_end(&mut heard).await?;
            io::Result::Ok(heard)
        };
        let sending = async {
            server.write_all(&sent).await?;
            server.read_to_end(&mut Vec::new()).await?;
            server.shutdown().await
        };
        tokio::join!(asking, sending, relay).0
    });
    match run.done()?.0 {
        Ok(heard) if heard == sent => Ok(()),
        heard => Err(Finding::mistake("select-keeps-progress").saw(format!(
                "the server sent {} bytes; the client, which had ended its own direction, received {}",
                sent.len(),
                match heard {
                    Ok(heard) => heard.len().to_string(),
                    Err(error) => format!("the error “{error}”"),
                }
            ))),
    }
}

fn the_bytes_are_counted() -> Verdict {
    let (to_server, to_client) = (Sink::new(), Sink::new().at_most(3));
    let logs = (to_server.log(), to_client.log());
    let client = io::join(Script::new().chunk(b"up").chunk(b"wards"), to_client);
    let server = io::join(Script::new().one_byte_at_a_time(b"down"), to_server);
    let (result, _) = virtual_time(|| exercise::relay(client, server)).done()?;
    let (up, down) = (logs.0.written(), logs.1.written());
    if (&up[..], &down[..]) != (b"upwards", b"down") {
        return Err(Finding::mistake("write-is-write-all").saw(format!(
            "7 bytes were sent up, and {} arrived; 4 were sent down, and {} arrived at a client that \
             takes {} at a time",
            up.len(),
            down.len(),
            count(3, "byte")
        )));
    }
    match result {
        Ok((7, 4)) => Ok(()),
        other => Err(Finding::unnamed("The count is wrong")
            .saw(format!("7 bytes went to the server and 4 to the client: {other:?}"))),
    }
}

/// Whichever call fails, on whichever side, while the other direction is silent and has not ended.
fn an_error_ends_the_relay() -> Verdict {
    use ErrorKind::{
        BrokenPipe, ConnectionReset, NotConnected, UnexpectedEof, WriteZero,
    };
    let talking = || Script::new().chunk(b"some").chunk(b" words");
    type Failing = (&'static str, Script, Sink, ErrorKind);
    let failing = || -> Vec<Failing> {
        vec![
            (
                "a read",
                talking().then_error(ConnectionReset),
                Sink::new(),
                ConnectionReset,
            ),
            ("a read", talking().then_error(UnexpectedEof), Sink::new(), UnexpectedEof),
            (
                "one read",
                talking().error(ConnectionReset).chunk(b"!"),
                Sink::new(),
                ConnectionReset,
            ),
            ("a write", talking(), Sink::new().fails_after(5, BrokenPipe), BrokenPipe),
            (
                "one write",
                talking(),
                Sink::new().fails(Call::Write(1), BrokenPipe),
                BrokenPipe,
            ),
            (
                "a write that took nothing",
                talking(),
                Sink::new().zero_after(5),
                WriteZero,
            ),
            (
                "the shutdown",
                talking(),
                Sink::new().fails_from(Call::Shutdown(1), NotConnected),
                NotConnected,
            ),
        ]
    };
    for from_client in [true, false] {
        // Whoever takes an error for an end returns once the other direction has ended.
        for other_has_ended in [true, false] {
            for (call, script, sink, kind) in failing() {
                let (from, to) = match from_client {
                    true => ("client", "server"),
                    false => ("server", "client"),
                };
                let other = match other_has_ended {
                    true => Script::new().chunk(b"x"),
                    false => Script::new().chunk(b"x").then_silence(),
                };
                let (one, two) = (io::join(script, Sink::new()), io::join(other, sink));
                let end = match from_client {
                    true => virtual_time(|| exercise::relay(one, two)),
                    false => virtual_time(|| exercise::relay(two, one)),
                };
                let saw = format!(
                    "bytes went from the {from} to the {to}, and {call} failed ({kind:?})"
                );
                if let End::Panicked(note) = &end.end
                    && note.message == Sink::SPINNING
                {
                    return Err(Finding::mistake("busy")
                        .saw(format!("{saw} {} in a row", probe::words::times(100))));
                }
                if let End::Stuck = end.end {
                    return Err(Finding::mistake("join-is-fail-fast").saw(format!(
                        "{saw}; the relay went on waiting for the other direction, which was silent"
                    )));
                }
                match end.done()?.0 {
                    Err(error) if error.kind() == kind => {}
                    Ok((up, down)) => {
                        return Err(Finding::mistake("result-not-looked-at")
                            .saw(format!("{saw}; it returned Ok(({up}, {down}))")));
                    }
                    Err(error) => {
                        return Err(Finding::unnamed("Another error is returned")
                            .saw(format!("{saw}; it returned “{error}”")));
                    }
                }
            }
        }
    }
    Ok(())
}
