//! Shutdown at every point of a pipeline, on a paused clock: what was run has been answered, and nothing is cut.

use std::pin::pin;
use std::time::Duration;

use framing::{Connection, Db};
use probe::virtual_time;
use select::{Shutdown, Watched};
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
use tokio::sync::watch;

use crate::select_stage::answer;

const REQUESTS: usize = 40;

struct Outcome {
    /// Whether the loop was still running when shutdown began.
    in_time: bool,
    replies: String,
    visits: usize,
}

/// A client sends `REQUESTS` INCRs, `step` bytes at a time, through a pipe of `room` bytes.
/// Shutdown begins after the loop's poll number `polls`.
fn shut_down_after(polls: usize, step: usize, room: usize) -> Outcome {
    let run = virtual_time(|| async move {
        let (client, server) = duplex(room);
        let (mut replies, mut requests) = tokio::io::split(client);
        tokio::spawn(async move {
            for bytes in b"*2\r\n$4\r\nINCR\r\n$1\r\nv\r\n".repeat(REQUESTS).chunks(step)
            {
                if requests.write_all(bytes).await.is_err() {
                    return;
                }
                tokio::task::yield_now().await;
            }
        });
        let db = Db::default();
        let (stop, receiver) = watch::channel(false);
        let server = tokio::spawn({
            let db = db.clone();
            async move {
                let (server, activity) = Watched::new(server);
                let mut connection = Connection::server(server);
                let mut in_time = false;
                {
                    let shutdown = Shutdown::from(receiver);
                    let mut loop_ = pin!(answer(
                        &mut connection,
                        db,
                        shutdown,
                        activity,
                        Duration::ZERO
                    ));
                    let mut polled = 0;
                    std::future::poll_fn(|cx| {
                        let poll = loop_.as_mut().poll(cx);
                        polled += 1;
                        if polled == polls {
                            in_time = poll.is_pending();
                            stop.send_replace(true);
                        }
                        poll.map(|outcome| assert!(outcome.is_ok(), "{outcome:?}"))
                    })
                    .await;
                }
                connection.hang_up().await;
                in_time
            }
        });
        let mut said = String::new();
        // The client leaves when all has been answered, or when the server has left.
        while said.matches('\n').count() < REQUESTS {
            let mut some = [0; 16];
            match replies.read(&mut some).await.unwrap() {
                0 => break,
                n => said.push_str(std::str::from_utf8(&some[..n]).unwrap()),
            }
        }
        drop(replies);
        // A pipe's halves are one value: without its reader the writer is stuck, not told.
        let visits = db.get(b"v").map_or(0, |value| {
            std::str::from_utf8(&value).unwrap().parse::<usize>().unwrap()
        });
        let in_time = match visits {
            REQUESTS => false,
            _ => server.await.unwrap(),
        };
        Outcome { in_time, replies: said, visits }
    });
    run.done().unwrap().0
}

#[test]
fn whenever_it_begins_what_was_run_is_answered_and_nothing_is_cut() {
    for (step, room) in [(1, 16), (7, 64), (21, 4096), (300, 4096), (10_000, 64)] {
        let mut seen = Vec::new();
        for polls in 1.. {
            let Outcome { in_time, replies, visits } = shut_down_after(polls, step, room);
            let expected: String = (1..=visits).map(|n| format!(":{n}\r\n")).collect();
            assert_eq!(replies, expected, "poll {polls}, {step} bytes at a time");
            if !in_time {
                break;
            }
            seen.push(visits);
        }
        if step < 300 {
            let stops: std::collections::BTreeSet<_> = seen.iter().collect();
            assert!(stops.len() > REQUESTS / 2, "in the middle, that is: {seen:?}");
        }
    }
}
