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

use probe::words::{bytes, count, duration};
use probe::{
    End, Finding, Run, Script, ScriptLog, Sink, SinkLog, Verdict, sizes, virtual_time,
};
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
        lines_of_every_size,
        ten_thousand_lines_in_a_read,
        long_answers_leave_together,
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
    reads: ScriptLog,
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
    /// How many reads there had been at the last write, and how many writes there were since.
    since: (usize, usize),
    /// The most writes without a read in between.
    writes_in_a_row: usize,
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
        let mut flush = self.flushed.lock();
        let writes = match flush.since {
            (reads, writes) if reads == self.reads.reads() => writes + 1,
            _ => 1,
        };
        flush.since = (self.reads.reads(), writes);
        flush.writes_in_a_row = flush.writes_in_a_row.max(writes);
        drop(flush);
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
    serve_with(script, sink, answer)
}

fn serve_with(
    script: Script,
    sink: Sink,
    mut answer: impl FnMut(&[u8]) -> Vec<u8>,
) -> Result<Served, Finding> {
    let (reads, log, flushed) = (script.log(), sink.log(), Flushed::default());
    let mut asked = Vec::new();
    let Run { end, stats } = virtual_time(|| async {
        let start = Instant::now();
        let (log, flushed) = (log.clone(), flushed.clone());
        let way = Way { sink, log, reads: reads.clone(), flushed, start };
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
            format!(
                "the answers left {} after the lines had come",
                duration(served.flush.after)
            ),
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
                format!("{asked} of {} had been answered", count(lines.len(), "line")),
            );
        }
        let answers = written.iter().filter(|byte| **byte == b'\n').count();
        return named(
            "reply-withheld",
            format!("{answers} of {} had been written", count(lines.len(), "answer")),
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
    for lines in sizes(8).skip(1) {
        let script = Script::new().chunk("ab\n".repeat(lines)).then_silence();
        let saw = format!("{} arrived; then the client waited", count(lines, "line"));
        answered(&serve(script)?, &vec![&b"ab"[..]; lines], &saw)?;
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
    let in_a_row = served.flush.writes_in_a_row;
    if in_a_row <= 1 && flushes <= 2 * reads + 2 {
        return Ok(());
    }
    let each = writes >= lines || flushes >= lines;
    Err(Finding::mistake(if each { "flush-per-frame" } else { "batch-has-a-size" }).saw(format!(
        "{} arrived in {}, and the answers left in {}, with {}; up to {in_a_row} of these writes came between one read and the next",
        count(lines, "line"),
        count(reads, "read"),
        count(writes, "write"),
        count(flushes, "flush")
    )))
}

fn a_hundred_lines_in_a_read() -> Verdict {
    let script = Script::new().chunk("ab\n".repeat(100)).then_silence();
    let served = serve(script)?;
    answered(&served, &[&b"ab"[..]; 100], "100 lines arrived")?;
    few_writes(&served, 100)
}

fn ten_thousand_lines_in_a_read() -> Verdict {
    let served = serve(Script::new().chunk("a\n".repeat(10_000)).then_silence())?;
    answered(&served, &[&b"a"[..]; 10_000], "10,000 lines arrived")?;
    few_writes(&served, 10_000)
}

fn batch_after_batch() -> Verdict {
    let script = (0..10).fold(Script::new(), |script, _| script.chunk("ab\n".repeat(20)));
    let served = serve(script)?;
    answered(&served, &[&b"ab"[..]; 200], "200 lines arrived, and the end")?;
    few_writes(&served, 200)
}

/// Whatever size somebody may have given a buffer, up to 64 KiB.
fn long_answers_leave_together() -> Verdict {
    for all in sizes(16).filter(|all| (100..=64 << 10).contains(all)) {
        for first in [all / 3, 10, all - 10] {
            let of_line = |line: &[u8]| match line {
                b"a" => vec![b'1'; first],
                _ => vec![b'2'; all - first],
            };
            let script = Script::new().chunk("a\nb\n").then_silence();
            let served = serve_with(script, Sink::new(), of_line)?;
            let arrived = format!(
                "two lines arrived in one read, whose answers have {} and {}",
                count(first, "byte"),
                count(all - first, "byte")
            );
            let right = [of_line(b"a"), of_line(b"b")].concat();
            if served.log.written() != right || served.flush.bytes < right.len() {
                return Err(Finding::mistake("reply-withheld").saw(format!(
                    "{arrived}: then the client waited, and of {} had been written {}, and flushed {}",
                    count(all, "byte"),
                    served.log.written().len(),
                    served.flush.bytes
                )));
            }
            if served.flush.writes_in_a_row > 1 {
                return Err(Finding::mistake("batch-has-a-size").saw(format!(
                    "{arrived}: they left in {}",
                    count(served.log.writes(), "write")
                )));
            }
        }
    }
    Ok(())
}

/// Whatever size somebody may have given a buffer: one line is as long, the next one is short.
fn lines_of_every_size() -> Verdict {
    for size in sizes(16).filter(|size| *size > 100) {
        let long = vec![b'x'; size];
        let stream = [b"a\n", &long[..], b"\nbc\n"].concat();
        let script = Script::new().chunks(stream.chunks(4096)).then_silence();
        let saw = format!("\"a\", a line of {}, and \"bc\" arrived", count(size, "byte"));
        let served = serve(script)?;
        if served.asked != [&b"a"[..], &long, b"bc"] {
            let asked: Vec<String> =
                served.asked.iter().map(|line| count(line.len(), "byte")).collect();
            let end = match &served.result {
                Ok(()) => String::new(),
                Err(error) => format!(", and `serve` returned an error: {error}"),
            };
            return Err(Finding::unnamed("A long line was not answered as it was sent")
                .saw(format!("{saw}, and `answer` was given lines of {}{end}", asked.join(", ")))
                .because(
                    "no line is too long here. A buffer of a fixed size is full at some time, and then \
                     a read has no room, or what does not fit is lost",
                ));
        }
        answered(&served, &[b"a", &long, b"bc"], &saw)?;
    }
    Ok(())
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
    let alone = serve(Script::new().chunk("cd"))?;
    if !alone.asked.is_empty() || !alone.log.written().is_empty() {
        return Err(Finding::mistake("half-a-frame-at-the-end").saw(format!(
            "\"cd\" arrived, and the end: `answer` was given {}, and \"{}\" was written",
            count(alone.asked.len(), "line"),
            bytes(&alone.log.written())
        )));
    }
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
