//! A socket that takes a few bytes at a time and may have to wait in between, and a channel that may be empty.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/07-async-in-depth/write-lines/solution.rs"
)]
mod exercise;

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use exercise::WriteLines;
use probe::{End, Finding, Run, Verdict, settle, virtual_time};
use tokio::io::AsyncWrite;
use tokio::sync::mpsc;

probe::main!(
    "07-write-lines",
    [
        lines_arrive_at_a_socket_that_takes_all,
        lines_arrive_at_a_socket_that_takes_three_bytes_at_a_time,
        lines_arrive_at_a_socket_that_has_to_wait_after_every_byte,
        lines_that_come_later_arrive_too,
        it_sleeps_while_the_socket_is_full,
        the_socket_sets_the_pace,
        the_socket_is_flushed_at_the_end,
        an_error_is_passed_on,
        a_write_of_zero_bytes_is_an_error,
    ]
);

/// A socket in the check's hands. Clones are the same socket.
#[derive(Clone)]
struct Socket(Arc<Mutex<State>>);

struct State {
    written: Vec<u8>,
    /// How many bytes one call takes.
    at_most: usize,
    /// Whether each call that takes bytes is followed by one that waits.
    waits: bool,
    waits_now: bool,
    /// Takes nothing for now.
    full: bool,
    waiting: Option<Waker>,
    flushes: usize,
    unflushed: bool,
    fails: bool,
    zeros: usize,
}

impl Socket {
    fn new(at_most: usize) -> Socket {
        Socket(Arc::new(Mutex::new(State {
            written: Vec::new(),
            at_most,
            waits: false,
            waits_now: false,
            full: false,
            waiting: None,
            flushes: 0,
            unflushed: false,
            fails: false,
            zeros: 0,
        })))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("the check does not panic with the lock")
    }

    fn drain(&self) {
        let mut state = self.state();
        state.full = false;
        let waiting = state.waiting.take();
        drop(state);
        if let Some(waker) = waiting {
            waker.wake();
        }
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let mut state = self.state();
        if state.fails {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        if state.full {
            state.waiting = Some(cx.waker().clone());
            return Poll::Pending;
        }
        if state.waits && !std::mem::replace(&mut state.waits_now, false) {
            state.waits_now = true;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let n = bytes.len().min(state.at_most);
        if n == 0 && !bytes.is_empty() {
            state.zeros += 1;
            assert!(
                state.zeros < 100,
                "a socket that takes nothing was written to 100 times"
            );
        }
        state.written.extend_from_slice(&bytes[..n]);
        state.unflushed |= n > 0;
        Poll::Ready(Ok(n))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut state = self.state();
        state.flushes += 1;
        state.unflushed = false;
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_flush(cx)
    }
}

const LINES: [&str; 4] = ["milk", "", "bread and butter", "eggs, twelve"];
const TEXT: &str = "milk\n\nbread and butter\neggs, twelve\n";

fn channel(lines: &[&str]) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel(lines.len().max(1));
    for line in lines {
        sender.try_send(line.to_string()).expect("there is room");
    }
    receiver
}

fn run(socket: &Socket, lines: &[&str]) -> Run<io::Result<usize>> {
    let socket = socket.clone();
    virtual_time(|| WriteLines::new(channel(lines), socket))
}

/// Everything arrived; `otherwise` is what it shows if not.
fn judge(
    run: Run<io::Result<usize>>,
    socket: &Socket,
    otherwise: &str,
    story: &str,
) -> Verdict {
    let written = socket.state().written.clone();
    let text = String::from_utf8_lossy(&written);
    let wrong = |id| {
        let saw =
            format!("{story}: {TEXT:?} was to be written, and the socket got {text:?}");
        Finding::mistake(id).saw(saw)
    };
    match run.end {
        End::Stuck if TEXT.starts_with(&*text) && text != TEXT => {
            let saw = format!(
                "{story}: after {} of {} bytes `poll` returned `Pending`, and nothing was left that could wake it",
                text.len(),
                TEXT.len()
            );
            Err(Finding::mistake("pending-without-waker").saw(saw))
        }
        End::Busy if text != TEXT => Err(wrong(otherwise)),
        End::Done(Ok(_)) if text != TEXT => Err(wrong(otherwise)),
        _ => {
            let (result, _) = run.done()?;
            match result {
                Ok(4) => Ok(()),
                Ok(n) => Err(Finding::unnamed("The number of lines is wrong")
                    .saw(format!("four lines were written, and the output is {n}"))),
                Err(error) => Err(Finding::unnamed("An error came out of nowhere").saw(
                    format!("the socket never failed, and the output is {error:?}"),
                )),
            }
        }
    }
}

fn lines_arrive_at_a_socket_that_takes_all() -> Verdict {
    let socket = Socket::new(usize::MAX);
    let run = run(&socket, &LINES);
    let written = String::from_utf8_lossy(&socket.state().written).into_owned();
    if matches!(run.end, End::Done(Ok(_))) && written != TEXT {
        return Err(Finding::unnamed("The lines are wrong")
            .saw(format!("{TEXT:?} was to be written, and the socket got {written:?}")));
    }
    if matches!(run.end, End::Stuck) && written == TEXT {
        return Err(Finding::unnamed("It does not end")
            .saw("every line was written and the channel had ended, and `poll` returned `Pending`"));
    }
    let story = "a socket that takes everything at once";
    judge(run, &socket, "write-is-write-all", story)
}

fn lines_arrive_at_a_socket_that_takes_three_bytes_at_a_time() -> Verdict {
    let socket = Socket::new(3);
    let story = "a socket that takes three bytes a call, and never has to wait";
    judge(run(&socket, &LINES), &socket, "write-is-write-all", story)
}

fn lines_arrive_at_a_socket_that_has_to_wait_after_every_byte() -> Verdict {
    for at_most in [1, 2, 5] {
        let socket = Socket::new(at_most);
        socket.state().waits = true;
        let story = format!(
            "a socket that takes {at_most} byte(s) a call, and says `Pending` before each"
        );
        let run = run(&socket, &LINES);
        if matches!(run.end, End::Stuck) {
            // It is not the socket that forgets to wake.
            let got = String::from_utf8_lossy(&socket.state().written).into_owned();
            if !TEXT.starts_with(&got) {
                return Err(Finding::mistake("state-in-a-local").saw(format!(
                    "{story}: {TEXT:?} was to be written, and the socket got {got:?}"
                )));
            }
        }
        judge(run, &socket, "state-in-a-local", &story)?;
    }
    Ok(())
}

fn lines_that_come_later_arrive_too() -> Verdict {
    let socket = Socket::new(3);
    let run = virtual_time(|| {
        let (sender, lines) = mpsc::channel(1);
        let writing = WriteLines::new(lines, socket.clone());
        async move {
            let feed = async move {
                for line in LINES {
                    tokio::time::sleep(Duration::from_millis(10)).await;
                    let _ = sender.send(line.to_string()).await;
                }
            };
            tokio::join!(writing, feed).0
        }
    });
    judge(run, &socket, "state-in-a-local", "a line every 10 ms")
}

fn it_sleeps_while_the_socket_is_full() -> Verdict {
    let socket = Socket::new(usize::MAX);
    socket.state().full = true;
    let run = virtual_time(|| {
        let writing = WriteLines::new(channel(&LINES), socket.clone());
        let writing = probe::CountPolls::new(writing).budget(1_000);
        let printer = socket.clone();
        async move {
            let drain = async move {
                tokio::time::sleep(Duration::from_secs(60)).await;
                printer.drain();
            };
            tokio::join!(writing, drain).0
        }
    });
    match run.end {
        End::Done(Err(probe::Busy)) | End::Busy => {
            Err(Finding::mistake("self-wake-spin").saw(
                "the socket was full for a minute, and `poll` was called 1,000 times in that minute",
            ))
        }
        End::Done(Ok(result)) => {
            let run = Run { end: End::Done(result), stats: run.stats };
            judge(run, &socket, "state-in-a-local", "a socket that is full at first")
        }
        _ => run.done().map(drop),
    }
}

fn the_socket_sets_the_pace() -> Verdict {
    let socket = Socket::new(usize::MAX);
    socket.state().full = true;
    let run = virtual_time(|| async {
        let (sender, lines) = mpsc::channel(100);
        for n in 0..100 {
            let _ = sender.try_send(format!("line {n}"));
        }
        let writing = WriteLines::new(lines, socket.clone());
        let taken = async {
            settle().await;
            sender.capacity()
        };
        tokio::select! {
            biased;
            _ = writing => 0,
            taken = taken => taken,
        }
    });
    let (taken, _) = run.done()?;
    match taken {
        0 | 1 => Ok(()),
        n => Err(Finding::mistake("unbounded-is-safe").saw(format!(
            "the socket was full, and {n} of 100 lines were taken from the channel"
        ))),
    }
}

fn the_socket_is_flushed_at_the_end() -> Verdict {
    let socket = Socket::new(3);
    run(&socket, &LINES).done()?.0.map_err(|error| {
        Finding::unnamed("An error came out of nowhere").saw(format!("{error:?}"))
    })?;
    if socket.state().unflushed {
        return Err(Finding::mistake("drop-flushes")
            .saw("the output was there, and the last lines had not been flushed"));
    }
    Ok(())
}

fn an_error_is_passed_on() -> Verdict {
    let socket = Socket::new(3);
    socket.state().fails = true;
    match run(&socket, &LINES).done()?.0 {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => Err(Finding::mistake("result-not-looked-at").saw(format!(
            "every write failed with `BrokenPipe`, and the output is {other:?}"
        ))),
    }
}

fn a_write_of_zero_bytes_is_an_error() -> Verdict {
    let socket = Socket::new(0);
    match run(&socket, &LINES).done()?.0 {
        Err(error) if error.kind() == io::ErrorKind::WriteZero => Ok(()),
        other => Err(Finding::unnamed("A write of zero bytes was taken for progress")
            .saw(format!("every write took zero bytes, and the output is {other:?}"))),
    }
}
