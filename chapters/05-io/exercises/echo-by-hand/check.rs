//! The answer echoes scripted readers into recorded writers: whole, byte by byte, to the
//! end, into silence and into an error.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/05-io/echo-by-hand/solution.rs"
)]
mod exercise;

use std::io::ErrorKind;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Context, Poll};

use probe::words::count;
use probe::{
    Call, End, Finding, Run, Script, ScriptLog, Sink, Verdict, sizes, virtual_time,
};
use tokio::io::{self, AsyncWrite};

probe::main!(
    "05-echo-by-hand",
    [
        the_end_of_the_stream_ends_the_echo,
        every_byte_comes_back,
        a_slow_writer_gets_every_byte_too,
        the_peer_learns_of_the_end,
        what_was_read_is_written_before_waiting,
        an_error_is_returned,
        an_error_of_the_writer_is_returned,
    ]
);

const MESSAGE: &[u8] = b"The buffer is full of bytes, and its length says how many.";

/// A sink that takes nothing more once it is shut down.
struct Wire {
    sink: Sink,
    shut: bool,
    /// Somebody wrote after the shutdown.
    too_late: Arc<AtomicBool>,
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.shut && !bytes.is_empty() {
            self.too_late.store(true, Relaxed);
            return Poll::Ready(Err(ErrorKind::BrokenPipe.into()));
        }
        Pin::new(&mut self.sink).poll_write(cx, bytes)
    }

    fn poll_flush(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.sink).poll_flush(cx)
    }

    fn poll_shutdown(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        self.shut = true;
        Pin::new(&mut self.sink).poll_shutdown(cx)
    }
}

/// Runs the answer, and names what any of the cases may show.
fn echo(script: Script, sink: Sink) -> Result<Run<io::Result<u64>>, Finding> {
    let (log, too_late) = (script.log(), Arc::new(AtomicBool::new(false)));
    let writer = Wire { sink, shut: false, too_late: too_late.clone() };
    let run = virtual_time(|| exercise::echo(script, writer));
    if let End::Panicked(note) = &run.end
        && note.message == Script::SPINNING
    {
        return Err(Finding::mistake("eof-not-zero").saw(
            "the reader was at its end and returned `Ok(0)`, and was asked again 99 times",
        ));
    }
    if log.zero_length() > 0 {
        return Err(Finding::mistake("capacity-is-length")
            .saw("`read` was given a buffer of length 0, and returned `Ok(0)`"));
    }
    if let End::Panicked(note) = &run.end
        && note.message == Sink::SPINNING
    {
        return Err(Finding::mistake("busy").saw(
            "the writer said 100 times in a row that it had taken no byte, and was asked again",
        ));
    }
    if too_late.load(Relaxed) {
        return Err(Finding::unnamed("It wrote after it had shut the writer down")
            .saw("the writer was shut down, and then given more bytes, which it refused")
            .because(
                "`shutdown` says that no byte follows: it belongs behind the last one",
            ));
    }
    Ok(run)
}

/// Compares what came out with what went in.
fn same(sent: &[u8], written: &[u8], how: &str, read: &ScriptLog) -> Verdict {
    if read.at_end() == 0 {
        return Err(Finding::unnamed("The echo ended before the stream did")
            .saw(format!(
                "it returned after {}, and had not come to the end",
                count(read.reads(), "read")
            ))
            .because("a read may return fewer bytes than the buffer holds, and more may follow: only 0 is the end"));
    }
    if written == sent {
        return Ok(());
    }
    let saw = format!(
        "{} went in {how}, and {} came out",
        count(sent.len(), "byte"),
        written.len()
    );
    if written.is_empty() {
        return Err(Finding::unnamed("Nothing was written").saw(saw));
    }
    let lines = |bytes: &[u8]| -> Vec<u8> {
        bytes.iter().copied().filter(|byte| *byte != b'\n').collect()
    };
    if String::from_utf8_lossy(sent).as_bytes() == written {
        return Err(
            Finding::mistake("bytes-are-text").saw(format!("{saw}, with `�` among them"))
        );
    }
    if written.len() == sent.len() || lines(written) == lines(sent) {
        return Err(Finding::unnamed("The bytes are not the same").saw(saw));
    }
    if written.len() < sent.len()
        && sent.starts_with(written)
        && how != "to a slow writer"
    {
        // Nothing is lost on the way out: this writer takes all it is given.
        return Err(Finding::unnamed("The end of the stream did not come out")
            .saw(saw)
            .because(
                "a read returns what there is, at the end of the stream fewer bytes than asked for",
            ));
    }
    Err(Finding::mistake("write-is-write-all").saw(saw))
}

fn the_end_of_the_stream_ends_the_echo() -> Verdict {
    let (result, _) = echo(Script::new(), Sink::new())?.done()?;
    match result {
        Ok(0) => Ok(()),
        Ok(n) => Err(Finding::unnamed("The count is wrong")
            .saw(format!("an empty stream was echoed as {n} bytes"))),
        Err(error) => Err(Finding::unnamed("The end was taken for an error")
            .saw(format!("an empty stream gave the error “{error}”"))),
    }
}

fn every_byte_comes_back() -> Verdict {
    let many = |length| -> Vec<u8> {
        (0..length).map(|i: usize| (i % 251) as u8).collect() // zeros, too
    };
    let mut runs = vec![
        (MESSAGE.to_vec(), Script::new().chunk(MESSAGE), "in one piece"),
        (MESSAGE.to_vec(), Script::new().one_byte_at_a_time(MESSAGE), "one at a time"),
        // A long piece, a short one that must not bring the end of the long one along, and a long one.
        (
            [&many(3000)[..], b"end", &many(700)].concat(),
            Script::new().chunk(many(3000)).chunk(b"end").chunk(many(700)),
            "in three pieces",
        ),
        (
            b"line\n\nno\0 line end \xff\xfe\r\n\n".to_vec(),
            Script::new().chunk(b"line\n\nno\0 line").chunk(b" end \xff\xfe\r\n\n"),
            "in two pieces",
        ),
    ];
    for size in sizes(17) {
        let bytes = many(size);
        let script = Script::new().chunk(&bytes);
        runs.push((bytes, script, "in one piece"));
    }
    for (sent, script, how) in runs {
        let sink = Sink::new();
        let (read, log) = (script.log(), sink.log());
        let (result, _) = echo(script, sink)?.done()?;
        same(&sent, &log.written(), how, &read)?;
        match result {
            Ok(n) if n == sent.len() as u64 => {}
            other => {
                return Err(Finding::unnamed("The count is wrong").saw(format!(
                    "{} bytes were echoed, and it returned {other:?}",
                    sent.len()
                )));
            }
        }
    }
    Ok(())
}

fn a_slow_writer_gets_every_byte_too() -> Verdict {
    for at_most in [1, 7] {
        let sink = Sink::new().at_most(at_most);
        let script = Script::new().chunk(MESSAGE);
        let (read, log) = (script.log(), sink.log());
        let (result, _) = echo(script, sink)?.done()?;
        let how = format!("to a writer that takes {at_most} a call");
        if log.written().len() < MESSAGE.len() && read.at_end() > 0 {
            return Err(Finding::mistake("write-is-write-all").saw(format!(
                "{} bytes went in, and {} came out {how}",
                MESSAGE.len(),
                log.written().len()
            )));
        }
        same(MESSAGE, &log.written(), &how, &read)?;
        if !matches!(result, Ok(n) if n == MESSAGE.len() as u64) {
            return Err(Finding::unnamed("The count is wrong").saw(format!(
                "{} bytes were echoed {how}, and it returned {result:?}",
                MESSAGE.len()
            )));
        }
    }
    Ok(())
}

fn the_peer_learns_of_the_end() -> Verdict {
    let sink = Sink::new();
    let log = sink.log();
    let (result, _) = echo(Script::new().chunk(MESSAGE), sink)?.done()?;
    if result.is_ok() && log.shutdowns() == 0 {
        return Err(Finding::mistake("half-close-forgotten")
            .saw("the reader ended, and the writer was never shut down"));
    }
    Ok(())
}

fn what_was_read_is_written_before_waiting() -> Verdict {
    let pieces: [&[&[u8]]; 4] =
        [&[MESSAGE], &[b"one\n", b"two"], &[b"\n"], &[&[b'x'; 5000], b"."]];
    for pieces in pieces {
        let sent = pieces.concat();
        let sink = Sink::new();
        let log = sink.log();
        let run = echo(Script::new().chunks(pieces).then_silence(), sink)?;
        let written = log.written();
        match run.end {
            End::Stuck if written == sent => {}
            End::Stuck => {
                return Err(Finding::mistake("waits-for-more").saw(format!(
                    "the reader gave {} and then nothing for an hour; {} of them {} written",
                    count(sent.len(), "byte"),
                    written.len(),
                    if written.len() == 1 { "was" } else { "were" }
                )));
            }
            _ => {
                return Err(match run.done()?.0 {
                    Ok(_) => Finding::unnamed("The echo ended before the stream did")
                        .saw("it returned although the reader had neither ended nor failed"),
                    Err(error) => Finding::unnamed("An error came from nowhere").saw(format!(
                        "nothing failed and nothing ended, and it returned “{error}”"
                    )),
                });
            }
        }
    }
    Ok(())
}

/// What `echo` is to return when its `side` has failed with `kind`.
fn failed(
    result: io::Result<u64>,
    kind: ErrorKind,
    side: &str,
    read: &ScriptLog,
) -> Verdict {
    match result {
        Err(error) if error.kind() == kind => Ok(()),
        Err(error) => Err(Finding::unnamed("Another error is returned")
            .saw(format!("{side} failed with {kind:?}, and it returned “{error}”"))),
        Ok(n) => Err(Finding::mistake("result-not-looked-at").saw(format!(
            "{side} failed with {kind:?}, and it returned Ok({n}) after {}",
            count(read.reads(), "read")
        ))),
    }
}

fn an_error_is_returned() -> Verdict {
    use ErrorKind::{ConnectionReset, Interrupted, UnexpectedEof};
    for (kind, at) in [(ConnectionReset, 0), (ConnectionReset, 20), (UnexpectedEof, 7)] {
        let script = Script::new().one_byte_at_a_time(MESSAGE).error_at(at, kind);
        let read = script.log();
        let (result, _) = echo(script, Sink::new())?.done()?;
        failed(result, kind, "the reader", &read)?;
    }
    // This one fails once, and would go on.
    let script = Script::new().chunk(b"one").error(ConnectionReset).chunk(b"two");
    let read = script.log();
    let (result, _) = echo(script, Sink::new())?.done()?;
    failed(result, ConnectionReset, "a read", &read)?;
    // Whoever goes on after an interruption has lost nothing.
    let script = Script::new().chunk(b"one").error(Interrupted).chunk(b"two");
    let (read, sink) = (script.log(), Sink::new());
    let log = sink.log();
    match echo(script, sink)?.done()?.0 {
        Ok(6) if log.written() == b"onetwo" => Ok(()),
        result => failed(result, Interrupted, "a read", &read),
    }
}

fn an_error_of_the_writer_is_returned() -> Verdict {
    use ErrorKind::{BrokenPipe, ConnectionAborted, NotConnected};
    let sinks = [
        (Sink::new().fails_after(20, ConnectionAborted), ConnectionAborted, "the writer"),
        (Sink::new().fails_after(0, BrokenPipe), BrokenPipe, "the writer"),
        (Sink::new().fails(Call::Write(1), BrokenPipe), BrokenPipe, "the first write"),
        (Sink::new().fails(Call::Write(30), BrokenPipe), BrokenPipe, "one write"),
        (
            Sink::new().zero_after(20),
            ErrorKind::WriteZero,
            "the writer took no more, and so it",
        ),
        (
            Sink::new().fails_from(Call::Shutdown(1), NotConnected),
            NotConnected,
            "the shutdown",
        ),
    ];
    for (sink, kind, side) in sinks {
        let script = Script::new().one_byte_at_a_time(MESSAGE);
        let read = script.log();
        let (result, _) = echo(script, sink)?.done()?;
        failed(result, kind, side, &read)?;
    }
    // A failing flush counts only for those who flush.
    let sink = Sink::new().fails_from(Call::Flush(1), BrokenPipe);
    let (script, log) = (Script::new().chunk(MESSAGE), sink.log());
    let read = script.log();
    let (result, _) = echo(script, sink)?.done()?;
    match log.flushes() {
        0 => Ok(()),
        _ => failed(result, BrokenPipe, "a flush", &read),
    }
}
