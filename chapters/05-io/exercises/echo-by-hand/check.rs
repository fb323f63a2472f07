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
use std::task::{Context, Poll, ready};

use probe::{End, Finding, Run, Script, ScriptLog, Sink, Verdict, virtual_time};
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
    ]
);

const MESSAGE: &[u8] = b"The buffer is full of bytes, and its length says how many.";

/// A sink that fails from some byte on, and takes nothing more once it is shut down.
struct Wire {
    sink: Sink,
    room: usize,
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
        if self.room == 0 && !bytes.is_empty() {
            return Poll::Ready(Err(ErrorKind::ConnectionAborted.into()));
        }
        let bytes = &bytes[..bytes.len().min(self.room)];
        let n = ready!(Pin::new(&mut self.sink).poll_write(cx, bytes))?;
        self.room -= n;
        Poll::Ready(Ok(n))
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
    echo_until(script, sink, usize::MAX)
}

/// The same, with a writer that fails after so many bytes.
fn echo_until(
    script: Script,
    sink: Sink,
    room: usize,
) -> Result<Run<io::Result<u64>>, Finding> {
    let (log, too_late) = (script.log(), Arc::new(AtomicBool::new(false)));
    let writer = Wire { sink, room, shut: false, too_late: too_late.clone() };
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
            .saw(format!("it returned after {} reads, none of which was the end", read.reads()))
            .because("a read may return fewer bytes than the buffer holds, and more may follow: only 0 is the end"));
    }
    if written == sent {
        return Ok(());
    }
    let saw =
        format!("{} bytes went in {how}, and {} came out", sent.len(), written.len());
    if written.is_empty() {
        return Err(Finding::unnamed("Nothing was written").saw(saw));
    }
    let lines = |bytes: &[u8]| -> Vec<u8> {
        bytes.iter().copied().filter(|byte| *byte != b'\n').collect()
    };
    if written.len() == sent.len() || lines(written) == lines(sent) {
        return Err(Finding::unnamed("The bytes are not the same").saw(saw));
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
    let many: Vec<u8> = (0..3000u32).map(|i| (i % 251) as u8).collect(); // zeros, too
    for (script, how) in [
        (Script::new().chunk(MESSAGE), "in one piece"),
        (Script::new().one_byte_at_a_time(MESSAGE), "one at a time"),
        (Script::new().chunk(&many).chunk(b"end"), "in two pieces"),
    ] {
        let sent = match how {
            "in two pieces" => [&many[..], b"end"].concat(),
            _ => MESSAGE.to_vec(),
        };
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
    let sink = Sink::new();
    let log = sink.log();
    let run = echo(Script::new().chunk(MESSAGE).then_silence(), sink)?;
    let written = log.written();
    match run.end {
        End::Stuck if written == MESSAGE => Ok(()),
        End::Stuck => Err(Finding::unnamed("Bytes were held back")
            .saw(format!(
                "the reader gave {} bytes and then nothing for an hour; {} were written",
                MESSAGE.len(),
                written.len()
            ))
            .because(
                "a peer that waits for its echo before it sends more waits forever",
            )),
        _ => {
            run.done()?.0.ok();
            Err(Finding::unnamed("The echo ended before the stream did")
                .saw("it returned although the reader had neither ended nor failed"))
        }
    }
}

fn an_error_is_returned() -> Verdict {
    let script = Script::new().chunk(MESSAGE).then_error(ErrorKind::ConnectionReset);
    let (result, _) = echo(script, Sink::new())?.done()?;
    match result {
        Err(error) if error.kind() == ErrorKind::ConnectionReset => {}
        Err(error) => {
            return Err(Finding::unnamed("Another error is returned").saw(format!(
                "the reader failed with ConnectionReset, and it returned “{error}”"
            )));
        }
        Ok(n) => {
            return Err(Finding::mistake("result-not-looked-at").saw(format!(
                "the reader failed with ConnectionReset after {} bytes, and it returned Ok({n})",
                MESSAGE.len()
            )));
        }
    }
    let script = Script::new().one_byte_at_a_time(MESSAGE);
    let (result, _) = echo_until(script, Sink::new(), 20)?.done()?;
    match result {
        Err(error) if error.kind() == ErrorKind::ConnectionAborted => Ok(()),
        Err(error) => Err(Finding::unnamed("Another error is returned").saw(format!(
            "the writer failed with ConnectionAborted, and it returned “{error}”"
        ))),
        Ok(n) => Err(Finding::mistake("result-not-looked-at").saw(format!(
            "the writer failed with ConnectionAborted after 20 of {} bytes, and it returned \
             Ok({n})",
            MESSAGE.len()
        ))),
    }
}
