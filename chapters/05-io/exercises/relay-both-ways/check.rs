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

use probe::{End, Finding, Script, Sink, Verdict, settle, virtual_time};
use tokio::io::{self, AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::time::{sleep, timeout};

probe::main!(
    "05-relay-both-ways",
    [
        client_and_server_talk_in_turns,
        neither_way_waits_for_the_other,
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
                "they talk in turns: after {round} questions and answers the {from} said a byte, and the {to} waited for it for a minute"
            );
            Err(match byte {
                Byte::Pushed => Finding::unnamed("Bytes were held back").saw(saw).because(
                    "they were in a buffer that was not flushed while both sides waited",
                ),
                _ => Finding::mistake("one-way-at-a-time").saw(saw),
            })
        }
        Err(_) => Err(Finding::unnamed("The relay ended in the middle of a talk")
            .saw("they talked in turns, with pauses of 10 and 20 minutes, and neither side had ended its direction")),
    }
}

/// The server sends a lot before it reads a byte, and the client the same.
fn neither_way_waits_for_the_other() -> Verdict {
    const LENGTH: usize = 10_000;
    let (up, down) = (Cell::new(0), Cell::new(0));
    let run = virtual_time(|| async {
        let (client, server, relay) = between();
        let (mut client_reads, mut client_writes) = io::split(client);
        let (_server_reads, mut server_writes) = io::split(server);
        // Nobody reads at the server: the way up fills, and the way down must go on.
        let way_up = async {
            loop {
                up.set(up.get() + client_writes.write(&[b'u'; 100]).await?);
            }
        };
        let way_down = async {
            server_writes.write_all(&[b'd'; LENGTH]).await?;
            std::future::pending::<io::Result<()>>().await
        };
        let received = async {
            let mut byte = [0];
            while down.get() < LENGTH {
                client_reads.read_exact(&mut byte).await?;
                down.set(down.get() + 1);
            }
            io::Result::Ok(())
        };
        tokio::select! {
            biased;
            received = received => received,
            failed = way_up => failed,
            failed = way_down => failed,
            _ = relay => Err(ErrorKind::ConnectionAborted.into()),
        }
    });
    match run.end {
        End::Stuck => Err(Finding::mistake("one-way-at-a-time").saw(format!(
            "the server does not read for now and sends {LENGTH} bytes; {} of them reached the client, and then the relay waited for the server to read",
            down.get()
        ))),
        _ => match run.done()?.0 {
            Ok(()) => Ok(()),
            Err(error) => Err(Finding::unnamed("The relay ended in the middle of a talk")
                .saw(format!("neither side had ended its direction: {error}"))),
        },
    }
}

/// One side says all it has and ends its direction; then the other does; then both read the end.
fn ends_one_by_one(client_first: bool) -> Verdict {
    const FIRST: &str =
        "first, and longer than the pipe holds: 64 bytes are less than this is";
    const SECOND: &str =
        "second, only after the end of the first, and as long as that or longer";
    let (names, step) = match client_first {
        true => (("client", "server"), Cell::new("")),
        false => (("server", "client"), Cell::new("")),
    };
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
                step.set("hear the end of the first");
                other.read_to_string(&mut heard).await?;
                step.set("send the second");
                other.write_all(SECOND.as_bytes()).await?;
                other.shutdown().await?;
                step.set("hear the end of the second");
                io::Result::Ok(heard)
            };
            tokio::join!(speak, listen)
        };
        // When the relay is done, `join!` drops it, and its ends of the pipes with it.
        let ((heard_back, heard), _) = tokio::join!(talk, relay);
        (heard, heard_back)
    });
    let (one, other) = names;
    let told = |text: &io::Result<String>, of: &str| match text {
        Ok(text) => format!("{} of {} bytes", text.len(), of.len()),
        Err(error) => format!("the error “{error}”"),
    };
    match run.end {
        End::Stuck => Err(Finding::mistake("half-close-forgotten").saw(format!(
            "the {one} ended its direction, and the {other} got stuck trying to {}",
            step.get()
        ))),
        _ => match run.done()?.0 {
            (Ok(heard), Ok(heard_back)) if heard == FIRST && heard_back == SECOND => Ok(()),
            (heard, heard_back) => {
                Err(Finding::mistake("half-close-forgotten").saw(format!(
                    "the {one} ended its direction first: the {other} received {}, and the {one} then {}",
                    told(&heard, FIRST),
                    told(&heard_back, SECOND)
                )))
            }
        },
    }
}

fn the_client_ends_first_and_still_gets_its_answer() -> Verdict {
    ends_one_by_one(true)
}

fn the_server_ends_first_and_still_gets_the_rest() -> Verdict {
    ends_one_by_one(false)
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
        heard => Err(Finding::unnamed("Bytes were lost when the other direction ended")
            .saw(format!(
                "the server sent {} bytes; the client, which had ended its own direction, received {}",
                sent.len(),
                match heard {
                    Ok(heard) => heard.len().to_string(),
                    Err(error) => format!("the error “{error}”"),
                }
            ))
            .because("a copy that is dropped takes the bytes along that it has read and not yet written")),
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
            "7 bytes were sent up and 4 down; {} and {} arrived",
            up.len(),
            down.len()
        )));
    }
    match result {
        Ok((7, 4)) => Ok(()),
        other => Err(Finding::unnamed("The count is wrong")
            .saw(format!("7 bytes went to the server and 4 to the client: {other:?}"))),
    }
}

fn an_error_ends_the_relay() -> Verdict {
    for client_fails in [true, false] {
        let silent = || Script::new().chunk(b"x").then_silence();
        let failing = || silent().then_error(ErrorKind::ConnectionReset);
        let client = if client_fails { failing() } else { silent() };
        let server = if client_fails { silent() } else { failing() };
        let client = io::join(client, Sink::new());
        let server = io::join(server, Sink::new());
        let run = virtual_time(|| exercise::relay(client, server));
        let which = if client_fails { "client" } else { "server" };
        match run.end {
            End::Stuck => {
                return Err(Finding::unnamed("A broken connection was not noticed").saw(
                    format!("the {which}'s connection broke, and the relay waited for the other side forever"),
                ));
            }
            _ => {
                match run.done()?.0 {
                    Err(error) if error.kind() == ErrorKind::ConnectionReset => {}
                    Ok(counts) => {
                        return Err(Finding::mistake("result-not-looked-at").saw(format!(
                        "the {which}'s connection broke, and it returned Ok({counts:?})"
                    )));
                    }
                    Err(error) => {
                        return Err(Finding::unnamed("Another error is returned").saw(format!(
                        "the {which}'s connection broke, and it returned “{error}”"
                    )));
                    }
                }
            }
        }
    }
    Ok(())
}
