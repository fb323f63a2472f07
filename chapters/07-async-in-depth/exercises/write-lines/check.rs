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
use probe::words::count;
use probe::{CountWaker, End, Finding, Run, Verdict, virtual_time};
use tokio::io::AsyncWrite;
use tokio::sync::mpsc;

probe::main!(
    "07-write-lines",
    [
        lines_arrive_at_a_socket_that_takes_all,
        lines_arrive_at_a_socket_that_takes_three_bytes_at_a_time,
        lines_arrive_at_a_socket_that_has_to_wait_after_every_byte,
        lines_that_come_later_arrive_too,
        an_empty_line_is_a_line,
        no_lines_are_no_lines,
        lines_of_many_sizes,
        it_sleeps_while_the_socket_is_full,
        nobody_wakes_it_while_it_waits,
        the_socket_sets_the_pace,
        the_socket_is_flushed_at_the_end,
        a_flush_may_take_its_time,
        a_letter_may_be_cut_in_two,
        an_error_is_passed_on,
        an_error_in_between_is_passed_on,
        an_error_of_the_flush_is_passed_on,
        an_error_of_a_flush_that_had_to_wait_is_passed_on,
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
    shut_down: bool,
    /// How many calls had nothing to write.
    empty_writes: usize,
    /// How many bytes it takes in all; then it is full, or fails.
    room: usize,
    fails_then: bool,
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
            shut_down: false,
            empty_writes: 0,
            room: usize::MAX,
            fails_then: false,
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
        state.empty_writes += usize::from(bytes.is_empty());
        if state.fails {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        let room = state.room - state.written.len();
        if room == 0 && std::mem::replace(&mut state.fails_then, false) {
            // Once: whoever looks away can go on.
            state.room = usize::MAX;
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        if state.full || room == 0 {
            state.waiting = Some(cx.waker().clone());
            return Poll::Pending;
        }
        if state.waits && !std::mem::replace(&mut state.waits_now, false) {
            state.waits_now = true;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let n = bytes.len().min(state.at_most).min(room);
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
        if state.flush_waits {
            state.waiting = Some(cx.waker().clone());
            return Poll::Pending;
        }
        if state.flush_fails {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        state.unflushed = false;
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.state().shut_down = true;
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
    if text == TEXT.replace("\n\n", "\n") && matches!(run.end, End::Done(Ok(_))) {
        return Err(wrong("empty-is-nothing"));
    }
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
                Ok(n) => {
                    // With a socket that never has to wait, it was right.
                    let finding = match otherwise {
                        "state-in-a-local" => Finding::mistake(otherwise),
                        _ => Finding::unnamed("The number of lines is wrong"),
                    };
                    Err(finding.saw(format!(
                        "{story}: four lines were written, and the output is {n}"
                    )))
                }
                Err(error) => Err(out_of_nowhere(&error, socket)),
            }
        }
    }
}

/// An error, though the socket never failed.
fn out_of_nowhere(error: &io::Error, socket: &Socket) -> Finding {
    let empty = socket.state().empty_writes;
    if error.kind() == io::ErrorKind::WriteZero && empty > 0 {
        return Finding::mistake("empty-is-nothing").saw(format!(
            "the socket never failed, and the output is {error:?}: `poll_write` was called with no bytes, for an empty line, and took none"
        ));
    }
    Finding::unnamed("An error came out of nowhere")
        .saw(format!("the socket never failed, and the output is {error:?}"))
}

/// These lines arrive at a socket that takes so many bytes a call, and has to wait after each.
fn arrive(lines: &[&str], at_most: usize, story: &str) -> Verdict {
    let socket = Socket::new(at_most);
    socket.state().waits = true;
    let (result, _) = run(&socket, lines).done()?;
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let written = socket.state().written.clone();
    let n = result.map_err(|error| out_of_nowhere(&error, &socket))?;
    if written == text.as_bytes() && n == lines.len() {
        return Ok(());
    }
    let title = match written == text.as_bytes() {
        true => "The number of lines is wrong",
        false => "The lines are wrong",
    };
    Err(Finding::unnamed(title).saw(format!(
        "{story}, {} in all: the socket got {}, and the output is {n}",
        count(text.len(), "byte"),
        count(written.len(), "byte")
    )))
}

fn an_empty_line_is_a_line() -> Verdict {
    for lines in [&[""][..], &["", ""], &["a", ""], &["", "a"]] {
        arrive(lines, 1, &format!("{} came, {lines:?}", count(lines.len(), "line")))
            .map_err(|finding| match finding.id() {
                None => Finding::mistake("empty-is-nothing").saw(format!(
                    "the lines {lines:?} came, and did not arrive as they are"
                )),
                Some(_) => finding,
            })?;
    }
    Ok(())
}

fn no_lines_are_no_lines() -> Verdict {
    arrive(&[], 1, "the channel ended without a line")
}

/// A long line after a short one and the other way round, and more lines than Tokio lets a task take at once.
fn lines_of_many_sizes() -> Verdict {
    let long = "x".repeat(10_000);
    arrive(&["a", &long, "b", &long, ""], 999, "short and long lines came")?;
    arrive(&[&long, "a"], 8192, "a long line and a short one came")?;
    arrive(&["ab"; 1000], usize::MAX, "1,000 lines came")
}

fn lines_arrive_at_a_socket_that_takes_all() -> Verdict {
    let socket = Socket::new(usize::MAX);
    let run = run(&socket, &LINES);
    let written = String::from_utf8_lossy(&socket.state().written).into_owned();
    if matches!(run.end, End::Done(Ok(_)))
        && written != TEXT
        && written != TEXT.replace("\n\n", "\n")
    {
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
            "a socket that takes {} a call, and says `Pending` before each",
            count(at_most, "byte")
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

/// Polls by hand, as long as it is woken, and a little longer: it may ask for a poll when it has got on, but
/// not while it waits.
fn nobody_wakes_it_while_it_waits() -> Verdict {
    let (sender, empty) = mpsc::channel(1);
    let waits = |what: &str, lines, socket: &Socket| {
        let task = CountWaker::new();
        let mut writing = Box::pin(WriteLines::new(lines, socket.clone()));
        let (mut polls, mut woken) = (0, 0);
        while polls < 10 {
            polls += 1;
            if task.poll(&mut writing).is_ready() {
                return Ok(());
            }
            // A wake may come from a thread that somebody started.
            std::thread::sleep(Duration::from_millis(20));
            if task.wakes() == woken {
                return Ok(());
            }
            woken = task.wakes();
        }
        Err(Finding::mistake("self-wake-spin").saw(format!(
            "{what}, and after each of {} the task was woken again",
            count(polls, "poll")
        )))
    };
    let full = Socket::new(usize::MAX);
    full.state().full = true;
    waits("the socket was full", channel(&LINES), &full)?;
    let half_full = Socket::new(2);
    half_full.state().room = 9;
    waits("the socket was full in the middle of a line", channel(&LINES), &half_full)?;
    waits("the channel was empty", empty, &Socket::new(usize::MAX))?;
    drop(sender);
    let slow = Socket::new(usize::MAX);
    slow.state().flush_waits = true;
    waits("the flush had to wait", channel(&LINES), &slow)
}

/// However far the socket has let it come, no line has been taken after the one that is being written.
fn the_socket_sets_the_pace() -> Verdict {
    const ALL: usize = 100;
    for room in 0..=30 {
        let socket = Socket::new(usize::MAX);
        socket.state().room = room;
        let (sender, lines) = mpsc::channel(ALL);
        for n in 0..ALL {
            let _ = sender.try_send(format!("line{}", n % 10));
        }
        let task = CountWaker::new();
        let mut writing = Box::pin(WriteLines::new(lines, socket.clone()));
        let mut woken = 0;
        // It may ask for another poll when it has got on.
        for _ in 0..100 {
            if task.poll(&mut writing).is_ready() || task.wakes() == woken {
                break;
            }
            woken = task.wakes();
        }
        let taken = sender.capacity();
        let written = room / 6;
        if taken <= written + 1 {
            continue;
        }
        let finding = if taken == ALL {
            Finding::mistake("unbounded-is-safe")
        } else {
            Finding::unnamed("A line was taken before the last one was written").because(
                "the line that is being written is the only one that is out of the channel: whoever fills the channel sees by it how fast the printer is",
            )
        };
        return Err(finding.saw(format!(
            "the socket took {} and was full: {} had been written in whole, and {taken} of {ALL} were taken from the channel",
            count(room, "byte"),
            count(written, "line")
        )));
    }
    Ok(())
}

fn the_socket_is_flushed_at_the_end() -> Verdict {
    let socket = Socket::new(3);
    run(&socket, &LINES).done()?.0.map_err(|error| {
        Finding::unnamed("An error came out of nowhere").saw(format!("{error:?}"))
    })?;
    if socket.state().shut_down {
        return Err(shut_down());
    }
    if socket.state().unflushed {
        return Err(Finding::mistake("drop-flushes")
            .saw("the output was there, and the last lines had not been flushed"));
    }
    Ok(())
}

fn shut_down() -> Finding {
    Finding::unnamed("The socket was shut down")
        .saw("the channel had ended, and `poll_shutdown` was called")
        .because("the goal asks for a flush. A socket that is shut down takes no more lines, and it is not said that these were the last for the printer")
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
        End::Panicked(note) if !probe::is_of_a_runtime(&note.message) => {
            return Err(Finding::mistake("error-became-panic")
                .saw(format!("{story}, and `poll` panicked: {}", note.message)));
        }
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

/// It fails once, after any number of bytes, and then works.
fn an_error_in_between_is_passed_on() -> Verdict {
    for room in 0..TEXT.len() {
        let story =
            format!("after {}, a write failed with `BrokenPipe`", count(room, "byte"));
        let socket = Socket::new(3);
        socket.state().room = room;
        socket.state().fails_then = true;
        passed_on(run(&socket, &LINES), &story)?;
    }
    Ok(())
}

fn an_error_of_a_flush_that_had_to_wait_is_passed_on() -> Verdict {
    let story = "the flush had to wait, and then failed with `BrokenPipe`";
    let socket = Socket::new(usize::MAX);
    socket.state().flush_waits = true;
    socket.state().flush_fails = true;
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
    passed_on(run, story)
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
        End::Stuck => {
            return Err(Finding::mistake("pending-without-waker").saw(
                "every `poll_write` took zero bytes, and `poll` returned `Pending`: who takes nothing keeps no waker",
            ));
        }
        _ => return run.done().map(drop),
    };
    Err(Finding::unnamed("A write of zero bytes was not an error")
        .saw(format!("every `poll_write` took zero bytes, and {output}"))
        .because("A socket that takes nothing, and does not say `Pending`, will never take anything."))
}
