//! Answers to lines that came together leave in one write, and none is held back while the server waits.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/06-framing/one-write-a-batch/solution.rs"
)]
mod exercise;

use std::io::{self, ErrorKind, IoSlice};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use probe::{End, Finding, Run, Script, Sink, SinkLog, Verdict, virtual_time};
use tokio::io::{AsyncReadExt, AsyncWrite, AsyncWriteExt, duplex, join};
use tokio::time::{Instant, timeout};

probe::main!(
    "06-one-write-a-batch",
    [
        one_line_alone,
        nothing_is_held_back_while_we_wait,
        nothing_is_held_back_for_half_a_line,
        lines_in_pieces,
        a_hundred_lines_in_a_read,
        batch_after_batch,
        a_stream_that_takes_a_little_at_a_time,
        lines_are_bytes,
        half_a_line_at_the_end_is_not_answered,
        a_client_that_waits_for_each_answer,
    ]
);

/// `<ab>` to `ab`.
fn answer(line: &[u8]) -> Vec<u8> {
    [b"<", line, b">\n"].concat()
}

/// The way to the client. It takes several slices in one write, as a socket does, and knows
/// what has been flushed, and when.
struct Way {
    sink: Sink,
    log: SinkLog,
    flushed: Flushed,
    start: Instant,
}

#[derive(Clone, Default)]
struct Flushed(Arc<Mutex<Flush>>);

#[derive(Clone, Default)]
struct Flush {
    bytes: usize,
    /// The virtual time until the last byte was flushed.
    after: Duration,
    shut_down: bool,
}

impl Flushed {
    fn lock(&self) -> MutexGuard<'_, Flush> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Way {
    fn flushed(&self) {
        let (mut flush, written) = (self.flushed.lock(), self.log.written().len());
        if written > flush.bytes {
            (flush.bytes, flush.after) = (written, self.start.elapsed());
        }
    }
}

impl AsyncWrite for Way {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.flushed.lock().shut_down {
            return Poll::Ready(Err(ErrorKind::BrokenPipe.into()));
        }
        Pin::new(&mut self.sink).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let bytes: Vec<u8> =
            slices.iter().flat_map(|slice| slice.iter().copied()).collect();
        self.poll_write(cx, &bytes)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        self.flushed();
        Pin::new(&mut self.sink).poll_flush(cx)
    }

    fn poll_shutdown(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        self.flushed();
        self.flushed.lock().shut_down = true;
        Pin::new(&mut self.sink).poll_shutdown(cx)
    }
}

/// What `serve` had done when it ended, or when it waited forever.
struct Served {
    log: SinkLog,
    flush: Flush,
    /// The lines that `answer` was given.
    asked: Vec<Vec<u8>>,
    /// How many reads brought something, or the end.
    reads: usize,
    result: io::Result<()>,
}

fn serve(script: Script) -> Result<Served, Finding> {
    serve_through(script, Sink::new())
}

fn serve_through(script: Script, sink: Sink) -> Result<Served, Finding> {
    let (reads, log, flushed) = (script.log(), sink.log(), Flushed::default());
    let mut asked = Vec::new();
    let Run { end, stats } = virtual_time(|| async {
        let start = Instant::now();
        let way = Way { sink, log: log.clone(), flushed: flushed.clone(), start };
        let serve = exercise::serve(join(script, way), |line: &[u8]| {
            asked.push(line.to_vec());
            answer(line)
        });
        // A second of virtual time: whoever still waits then waits for the client.
        timeout(Duration::from_secs(1), serve).await.unwrap_or(Ok(()))
    });
    if reads.zero_length() > 0 {
        return Err(Finding::mistake("capacity-is-length")
            .saw("a read into a buffer without room, which returns 0 as the end of a stream does"));
    }
    let flush = flushed.lock().clone();
    let result = match end {
        End::Panicked(note) if note.message.contains(Script::SPINNING) => {
            return Err(Finding::mistake("eof-not-zero").saw(note.message));
        }
        end => Run { end, stats }.done()?.0,
    };
    Ok(Served { log, flush, asked, reads: reads.reads(), result })
}

/// The answers to these lines have left.
fn answered(served: &Served, lines: &[&[u8]], saw: &str) -> Verdict {
    let right: Vec<u8> = lines.iter().flat_map(|line| answer(line)).collect();
    let written = served.log.written();
    let named =
        |id: &str, what: String| Err(Finding::mistake(id).saw(format!("{saw}: {what}")));
    if served.asked.iter().any(|line| line.ends_with(b"\n")) {
        return named(
            "framing-in-the-value",
            format!("`answer` was given \"{}\"", served.asked[0].escape_ascii()),
        );
    }
    if let Err(error) = &served.result {
        let finding = match error.kind() {
            ErrorKind::BrokenPipe => {
                Finding::unnamed("The stream was shut down before everything was answered")
                    .because("after a `shutdown` nothing can be written any more. `flush` is what sends the answers and leaves the stream open")
            }
            _ => Finding::unnamed("`serve` failed"),
        };
        return Err(finding.saw(format!("{saw}: `serve` returned an error: {error}")));
    }
    if written == right && served.flush.bytes < right.len() {
        return named(
            "reply-withheld",
            "the answers were written, and not flushed after that".into(),
        );
    }
    if written == right && !served.flush.after.is_zero() {
        return named(
            "reply-withheld",
            format!("the answers left {:?} after the lines had come", served.flush.after),
        );
    }
    if written == right {
        return Ok(());
    }
    let asked = served.asked.len();
    let of_asked: usize = served.asked.iter().map(|line| answer(line).len()).sum();
    if right.starts_with(&written) {
        // Whole lines were left lying, and what was taken has been answered.
        if 0 < asked && asked < lines.len() && written.len() == of_asked {
            return named(
                "one-read-one-frame",
                format!("{asked} of {} lines had been answered", lines.len()),
            );
        }
        let count = written.iter().filter(|byte| **byte == b'\n').count();
        return named(
            "reply-withheld",
            format!("{count} of {} answers had been written", lines.len()),
        );
    }
    let shown = written[..written.len().min(60)].escape_ascii();
    if served.asked == lines && written.len() > right.len() {
        return named("left-over-state", format!("\"{shown}\" was written"));
    }
    if served.asked != lines {
        let shown = served.asked.iter().zip(lines).find(|(asked, line)| asked != *line);
        let shown = shown.map_or(&b""[..], |(asked, _)| asked);
        return named(
            "one-read-one-frame",
            format!("`answer` was given \"{}\", which is no line", shown.escape_ascii()),
        );
    }
    Err(Finding::unnamed("The answers are not those to these lines")
        .saw(format!("{saw}, and \"{shown}\" was written")))
}

fn one_line_alone() -> Verdict {
    let served = serve(Script::new().chunk("ab\n"))?;
    answered(&served, &[b"ab"], "a line arrived, and the end")
}

fn nothing_is_held_back_while_we_wait() -> Verdict {
    for count in [1, 3, 16, 17] {
        let script = Script::new().chunk("ab\n".repeat(count)).then_silence();
        let saw = format!("lines arrived: {count}; then the client waited");
        answered(&serve(script)?, &vec![&b"ab"[..]; count], &saw)?;
    }
    Ok(())
}

fn nothing_is_held_back_for_half_a_line() -> Verdict {
    let served = serve(Script::new().chunk("ab\ncd\nef").then_silence())?;
    let saw = "\"ab\\ncd\\nef\" arrived; then the client waited for two answers";
    answered(&served, &[b"ab", b"cd"], saw)
}

fn lines_in_pieces() -> Verdict {
    for script in [
        Script::new().chunk("ab\ncd\n"),
        Script::new().chunk("ab\n").chunk("cd\n"),
        Script::new().chunk("ab\nc").chunk("d\n"),
        Script::new().one_byte_at_a_time("ab\ncd\n"),
    ] {
        answered(&serve(script)?, &[b"ab", b"cd"], "two lines arrived, and the end")?;
    }
    Ok(())
}

fn few_writes(served: &Served, lines: usize) -> Verdict {
    let (writes, flushes, reads) =
        (served.log.writes(), served.log.flushes(), served.reads);
    // A flush when there is nothing to flush harms nobody.
    if writes <= reads && flushes <= 2 * reads + 2 {
        return Ok(());
    }
    let each = writes >= lines || flushes >= lines;
    Err(Finding::mistake(if each { "flush-per-frame" } else { "batch-has-a-size" }).saw(format!(
        "{lines} lines arrived (reads: {reads}), and the answers left (writes: {writes}, flushes: {flushes})"
    )))
}

fn a_hundred_lines_in_a_read() -> Verdict {
    let script = Script::new().chunk("ab\n".repeat(100)).then_silence();
    let served = serve(script)?;
    answered(&served, &[&b"ab"[..]; 100], "100 lines arrived")?;
    few_writes(&served, 100)
}

fn batch_after_batch() -> Verdict {
    let script = (0..10).fold(Script::new(), |script, _| script.chunk("ab\n".repeat(20)));
    let served = serve(script)?;
    answered(&served, &[&b"ab"[..]; 200], "200 lines arrived, and the end")?;
    few_writes(&served, 200)
}

fn a_stream_that_takes_a_little_at_a_time() -> Verdict {
    let script = Script::new().chunk("ab\ncd\nef\n").then_silence();
    let served = serve_through(script, Sink::new().at_most(2))?;
    let lines: [&[u8]; 3] = [b"ab", b"cd", b"ef"];
    let right: Vec<u8> = lines.iter().flat_map(|line| answer(line)).collect();
    let written = served.log.written();
    if served.asked == lines && served.result.is_ok() && written != right {
        return Err(Finding::mistake("write-is-write-all").saw(format!(
            "the stream takes 2 bytes at a time: of {} bytes of answers {} were written",
            right.len(),
            written.len()
        )));
    }
    answered(&served, &lines, "three lines arrived, and a write takes 2 bytes")
}

fn lines_are_bytes() -> Verdict {
    let lines: [&[u8]; 4] = [b" a\r", b"", b"\xff\xfe", b"b "];
    let stream = [&lines.join(&b'\n')[..], b"\n"].concat();
    let served = serve(Script::new().chunk(&stream))?;
    let arrived = format!("\"{}\" arrived", stream.escape_ascii());
    if let Err(error) = &served.result {
        return Err(Finding::mistake("bytes-are-text")
            .saw(format!("{arrived}, and `serve` returned an error: {error}")));
    }
    if served.asked == [b" a\r", &b"\xff\xfe"[..], b"b "] {
        return Err(Finding::mistake("empty-is-nothing")
            .saw(format!("{arrived}, and there were three answers to four lines")));
    }
    if served.asked != lines {
        let asked: Vec<String> = served
            .asked
            .iter()
            .map(|line| format!("\"{}\"", line.escape_ascii()))
            .collect();
        return Err(Finding::mistake("bytes-are-text")
            .saw(format!("{arrived}, and `answer` was given {}", asked.join(", "))));
    }
    answered(&served, &lines, &arrived)
}

fn half_a_line_at_the_end_is_not_answered() -> Verdict {
    let saw = "\"ab\\ncd\" arrived, and the end";
    for script in [
        Script::new().chunk("ab\ncd"),
        Script::new().chunk("ab\n").chunk("cd"),
        Script::new().one_byte_at_a_time("ab\ncd"),
    ] {
        let mut served = serve(script)?;
        if let [first, half, ..] = &served.asked[..]
            && first == b"ab"
        {
            return Err(Finding::mistake("half-a-frame-at-the-end").saw(format!(
                "{saw}: `answer` was given \"{}\", which had no line end yet",
                half.escape_ascii()
            )));
        }
        // Half a line may be an error. `BrokenPipe` is a write after a `shutdown`, and no such thing.
        let error = match &served.result {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                format!(", and `serve` returned an error ({error})")
            }
            _ => String::new(),
        };
        if !error.is_empty() {
            served.result = Ok(());
        }
        answered(&served, &[b"ab"], &format!("{saw}{error}"))?;
    }
    Ok(())
}

fn a_client_that_waits_for_each_answer() -> Verdict {
    let run = virtual_time(|| async {
        let (mut client, server) = duplex(64);
        tokio::spawn(exercise::serve(server, answer));
        let mut got = [0; 5];
        // The last request leaves in halves, the first half beside a whole line.
        for part in ["ab\n", "ab\na", "b\n"] {
            client.write_all(part.as_bytes()).await.expect("the server reads");
            client.read_exact(&mut got).await.expect("the server answers");
        }
        got
    });
    match run.end {
        End::Stuck => Err(Finding::mistake("reply-withheld").saw(
            "a client that sends the next line when the last is answered got no answer",
        )),
        end => match (Run { end, stats: run.stats }).done()?.0 {
            got if got == *b"<ab>\n" => Ok(()),
            got => Err(Finding::unnamed("The answers are not those to these lines")
                .saw(format!("\"{}\" came back", got.escape_ascii()))),
        },
    }
}
