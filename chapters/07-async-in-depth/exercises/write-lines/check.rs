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
        a_flush_may_take_its_time,
        a_letter_may_be_cut_in_two,
        an_error_is_passed_on,
        an_error_of_the_flush_is_passed_on,
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
    unflushed: bool,
    /// A flush has to wait until the socket is drained.
    flush_waits: bool,
    flush_fails: bool,
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
            unflushed: false,
            flush_waits: false,
            flush_fails: false,
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
        state.flush_waits = false;
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
            if state.zeros == A_LOT {
                return Poll::Ready(Err(io::Error::other("enough"))); // so that a loop ends
            }
        }
        state.written.extend_from_slice(&bytes[..n]);
        state.unflushed |= n > 0;
        Poll::Ready(Ok(n))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut state = self.state();
        if state.flush_fails {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        if state.flush_waits {
            state.waiting = Some(cx.waker().clone());
            return Poll::Pending;
        }
        state.unflushed = false;
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_flush(cx)
    }
}

/// So many writes to a socket that takes nothing are too many.
const A_LOT: usize = 100;

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
        End::Busy if TEXT.starts_with(&*text) => {
            Err(Finding::mistake("self-wake-spin").saw(format!(
                "{story}: `poll` woke its task again and again, with {} of {} bytes written",
                text.len(),
                TEXT.len()
            )))
        }
        End::Busy => Err(wrong(otherwise)),
        End::Panicked(note) if probe::is_of_a_runtime(&note.message) => {
            Err(Finding::mistake("runtime-is-everywhere")
                .saw(format!("{story}: a panic: {}", note.message)))
        }
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
    probe::if_it_hangs(
        Finding::mistake("poll-waits")
            .saw("the channel was empty, and `poll` was called"),
    );
    let socket = Socket::new(3);
    let run = virtual_time(|| {
        let (sender, lines) = mpsc::channel(1);
        let writing = WriteLines::new(lines, socket.clone());
        async move {
            // In a task of its own, so that its wakes get nobody else polled.
            tokio::spawn(async move {
                for line in LINES {
                    tokio::time::sleep(Duration::from_millis(10)).await;
                    let _ = sender.send(line.to_string()).await;
                }
            });
            writing.await
        }
    });
    let written = String::from_utf8_lossy(&socket.state().written).into_owned();
    if matches!(run.end, End::Done(Ok(_)))
        && written != TEXT
        && TEXT.starts_with(&written)
    {
        return Err(Finding::unnamed("It ended before the channel did")
            .saw(format!(
                "a line every 10 ms: the output was there after {} of {} bytes",
                written.len(),
                TEXT.len()
            ))
            .because("`Pending` means that there may be more lines, and `Ready(None)` that there are none."));
    }
    judge(run, &socket, "state-in-a-local", "a line every 10 ms")
}

fn it_sleeps_while_the_socket_is_full() -> Verdict {
    probe::if_it_hangs(
        Finding::mistake("poll-waits").saw("the socket was full, and `poll` was called"),
    );
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

fn a_flush_may_take_its_time() -> Verdict {
    probe::if_it_hangs(
        Finding::mistake("poll-waits").saw("a flush had to wait, and `poll` was called"),
    );
    let socket = Socket::new(usize::MAX);
    socket.state().flush_waits = true;
    let run = virtual_time(|| {
        let writing = WriteLines::new(channel(&LINES), socket.clone());
        let printer = socket.clone();
        async move {
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_secs(60)).await;
                printer.drain();
            });
            writing.await
        }
    });
    let story = "a socket whose flush takes a minute";
    match run.end {
        End::Done(Ok(_)) if socket.state().unflushed => Err(Finding::mistake(
            "drop-flushes",
        )
        .saw(format!("{story}: the output was there, and the flush was not over"))),
        End::Stuck => Err(Finding::mistake("pending-without-waker")
            .saw(format!("{story}: the minute went by, and nobody was woken"))),
        _ => judge(run, &socket, "state-in-a-local", story),
    }
}

fn a_letter_may_be_cut_in_two() -> Verdict {
    let lines = ["crème", "brûlée"];
    let text = lines.map(|line| format!("{line}\n")).concat();
    let socket = Socket::new(1);
    let run = run(&socket, &lines);
    if let End::Panicked(note) = &run.end
        && note.message.replace('_', " ").contains("char boundary")
    {
        return Err(Finding::mistake("utf8-per-chunk").saw(format!(
            "a socket that takes one byte a call, and a line with an accent: {}",
            note.message
        )));
    }
    run.done()?.0.map_err(|error| {
        Finding::unnamed("An error came out of nowhere").saw(format!("{error:?}"))
    })?;
    let written = String::from_utf8_lossy(&socket.state().written).into_owned();
    if written != text {
        return Err(Finding::mistake("utf8-per-chunk").saw(format!(
            "a socket that takes one byte a call: {text:?} was to be written, and it got {written:?}"
        )));
    }
    Ok(())
}

/// An error of the socket must be the output.
fn passed_on(run: Run<io::Result<usize>>, story: &str) -> Verdict {
    let output = match &run.end {
        End::Done(Err(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
            return Ok(());
        }
        End::Done(output) => format!("the output is {output:?}"),
        End::Stuck => "`poll` returned `Pending`".into(),
        End::Busy => "`poll` woke its task again and again".into(),
        End::Panicked(_) => return run.done().map(drop),
    };
    Err(Finding::mistake("result-not-looked-at").saw(format!("{story}, and {output}")))
}

fn an_error_is_passed_on() -> Verdict {
    let story = "every write failed with `BrokenPipe`";
    probe::if_it_hangs(Finding::mistake("result-not-looked-at").saw(story));
    let socket = Socket::new(3);
    socket.state().fails = true;
    passed_on(run(&socket, &LINES), story)
}

fn an_error_of_the_flush_is_passed_on() -> Verdict {
    let story = "every flush failed with `BrokenPipe`";
    probe::if_it_hangs(Finding::mistake("result-not-looked-at").saw(story));
    let socket = Socket::new(3);
    socket.state().flush_fails = true;
    passed_on(run(&socket, &LINES), story)
}

fn a_write_of_zero_bytes_is_an_error() -> Verdict {
    let socket = Socket::new(0);
    let run = run(&socket, &LINES);
    let output = match &run.end {
        _ if socket.state().zeros >= A_LOT => "it was called again and again".into(),
        End::Done(Err(error)) if error.kind() == io::ErrorKind::WriteZero => {
            return Ok(());
        }
        End::Done(output) => format!("the output is {output:?}"),
        End::Stuck => "`poll` returned `Pending`".into(),
        _ => return run.done().map(drop),
    };
    Err(Finding::unnamed("A write of zero bytes was not an error")
        .saw(format!("every `poll_write` took zero bytes, and {output}"))
        .because("A socket that takes nothing, and does not say `Pending`, will never take anything."))
}
