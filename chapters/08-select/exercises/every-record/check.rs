//! The bytes of a stream arrive at known times, and a clock ticks in between. What is returned tells whether a tick
//! cost a byte, and when the display was called tells whether a byte cost a tick.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/08-select/every-record/solution.rs"
)]
mod exercise;

use std::cell::RefCell;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use probe::{End, Finding, Script, Verdict, is_after_the_end, virtual_time, words};
use tokio::io::{AsyncRead, AsyncWriteExt, DuplexStream, ReadBuf, duplex};
use tokio::time::{Instant, advance, interval, sleep};

probe::main!(
    "08-every-record",
    [
        records_that_arrive_whole,
        records_that_arrive_in_pieces,
        a_tick_between_any_two_bytes,
        the_display_goes_on_while_bytes_come,
        the_display_goes_on_between_records,
        the_display_goes_on_within_a_record,
        the_display_is_told_how_many_records_there_are,
        an_end_within_a_record_is_an_error,
        an_error_of_the_stream_is_returned,
        the_display_goes_on_while_bytes_never_end,
    ]
);

type Outcome = io::Result<Vec<[u8; 4]>>;

/// The calls of the display: when, in milliseconds, and with what.
type Calls = Vec<(u128, usize)>;

/// A stream that panics when its end is read again and again.
struct Ends {
    stream: DuplexStream,
    at_end: usize,
}

impl AsyncRead for Ends {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.remaining();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buf))?;
        if before > 0 && buf.remaining() == before {
            self.at_end += 1;
            assert!(self.at_end < 100, "{}", Script::SPINNING);
        }
        Poll::Ready(Ok(()))
    }
}

/// Runs the answer on pieces, each of which arrives so many milliseconds after the one before it. After the last,
/// the stream ends. Returns the records, and the calls of the display.
fn run(pieces: &[(u64, &str)], tick: u64) -> Result<(Outcome, Calls), Finding> {
    let pieces: Vec<(u64, String)> =
        pieces.iter().map(|(wait, bytes)| (*wait, bytes.to_string())).collect();
    let calls = RefCell::new(Vec::new());
    let run = virtual_time(|| async {
        let (mut sensor, stream) = duplex(64);
        let stream = Ends { stream, at_end: 0 };
        tokio::spawn(async move {
            for (wait, bytes) in pieces {
                sleep(Duration::from_millis(wait)).await;
                if sensor.write_all(bytes.as_bytes()).await.is_err() {
                    return;
                }
            }
        });
        let begun = Instant::now();
        let display =
            |count| calls.borrow_mut().push((begun.elapsed().as_millis(), count));
        exercise::collect(stream, interval(Duration::from_millis(tick)), display).await
    });
    if let End::Panicked(note) = &run.end {
        if note.message == Script::SPINNING {
            return Err(Finding::mistake("eof-not-zero").saw(&note.message));
        }
        if is_after_the_end(&note.message) {
            return Err(Finding::mistake("polled-after-done")
                .saw(format!("the answer panicked: {}", note.message)));
        }
    }
    if matches!(run.end, End::Busy | End::Stuck) && calls.borrow().len() > 1_000 {
        return Err(Finding::unnamed("The display goes on without end").saw(format!(
            "the stream had ended long ago; the display was called {} times, and `collect` did not return",
            calls.borrow().len()
        )));
    }
    let (outcome, _) = run.done()?;
    Ok((outcome, calls.into_inner()))
}

fn text(records: &[[u8; 4]]) -> String {
    let records: Vec<_> =
        records.iter().map(|record| record.escape_ascii().to_string()).collect();
    records.join(" ")
}

/// Some of the bytes, in order.
fn is_part_of(some: &[u8], all: &[u8]) -> bool {
    let mut all = all.iter();
    some.iter().all(|byte| all.any(|other| other == byte))
}

fn judge(pieces: &[(u64, &str)], tick: u64, how: &str) -> Verdict {
    let sent: String = pieces.iter().map(|(_, bytes)| *bytes).collect();
    let expected: Vec<[u8; 4]> = sent
        .as_bytes()
        .chunks_exact(4)
        .map(|four| [four[0], four[1], four[2], four[3]])
        .collect();
    let (outcome, _) = run(pieces, tick)?;
    let (got, saw) = match outcome {
        Ok(records) if records == expected => return Ok(()),
        Ok(records) => {
            let saw = format!("{how}, the records were {}", text(&records));
            (records.concat(), saw)
        }
        Err(error) => (Vec::new(), format!("{how}, and the answer is: {error}")),
    };
    let saw = format!("{} were sent{saw}", text(&expected));
    // In one piece, and without a tick before the end?
    let whole = run(&[(1, sent.as_str())], 1_000_000)?.0;
    let all_there = matches!(&whole, Ok(records) if *records == expected);
    if all_there && tick >= 1_000 && pieces.len() > 1 {
        return Err(Finding::mistake("one-read-one-frame").saw(saw));
    }
    if let Err(error) = &whole
        && error.kind() == io::ErrorKind::UnexpectedEof
    {
        return Err(Finding::mistake("clean-end-is-an-error").saw(saw));
    }
    // Without ticks, is all well?
    let alone = run(pieces, 1_000_000)?.0;
    if matches!(alone, Ok(records) if records == expected)
        && is_part_of(&got, sent.as_bytes())
    {
        return Err(Finding::mistake("lost-in-a-branch").saw(saw));
    }
    Err(Finding::unnamed("The records are not those that were sent").saw(saw))
}

fn records_that_arrive_whole() -> Verdict {
    judge(&[(5, "abcd"), (10, "efgh"), (10, "ijkl")], 10, ", four bytes at a time")
}

fn records_that_arrive_in_pieces() -> Verdict {
    let zeros = "\0\0\0\0\n\n\n\n\0\0\0\0";
    judge(&[(1, zeros)], 1_000, " in one piece")?;
    judge(
        &[(1, "ab"), (1, "cdefg"), (1, "hijkl")],
        1_000,
        " in three pieces, without a tick in between",
    )
}

fn a_tick_between_any_two_bytes() -> Verdict {
    judge(
        &[(5, "ab"), (10, "cdefgh"), (10, "ijkl")],
        10,
        " in three pieces, with a tick after \"ab\"",
    )?;
    let bytes = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"];
    judge(
        &bytes.map(|byte| (3, byte)),
        10,
        ", a byte every 3 ms with a tick every 10 ms",
    )?;
    judge(&bytes.map(|byte| (10, byte)), 4, ", a byte every 10 ms with a tick every 4 ms")
}

/// The stream fails: between two records, and within one.
fn an_error_of_the_stream_is_returned() -> Verdict {
    for bytes in ["", "abcd", "abcdef"] {
        for tick in [1_000, 2] {
            let run = virtual_time(|| {
                let script = Script::new().chunk(bytes).wait(Duration::from_millis(5));
                let script = script.then_error(io::ErrorKind::ConnectionReset);
                let ticks = async { interval(Duration::from_millis(tick)) };
                async { exercise::collect(script, ticks.await, |_| {}).await }
            });
            let what = match run.done()?.0 {
                Err(error) if error.kind() == io::ErrorKind::ConnectionReset => continue,
                Err(error) => {
                    return Err(Finding::unnamed("Another error was returned").saw(format!(
                        "the stream failed with ConnectionReset after \"{bytes}\", and the answer is: {error}"
                    )));
                }
                Ok(records) => format!(
                    "the stream failed with ConnectionReset after \"{bytes}\", and the answer is Ok, with {}",
                    words::count(records.len(), "record")
                ),
            };
            return Err(Finding::mistake("result-not-looked-at").saw(what));
        }
    }
    Ok(())
}

/// How often the display is called while nothing arrives for 100 ms.
fn calls_in_the_pause(before: &str, after: &str) -> Result<usize, Finding> {
    let (_, calls) = run(&[(5, before), (100, after)], 10)?;
    Ok(calls.iter().filter(|(at, _)| (6..105).contains(at)).count())
}

/// No pause is as long as a tick.
fn the_display_goes_on_while_bytes_come() -> Verdict {
    let pieces = ["ab", "cdef", "gh"].repeat(10);
    let pieces: Vec<(u64, &str)> = pieces.into_iter().map(|bytes| (3, bytes)).collect();
    let calls = run(&pieces, 10)?.1.iter().filter(|(at, _)| *at > 0).count();
    // The stream ends with the last piece, after 90 ms.
    if calls >= 8 {
        return Ok(());
    }
    let saw = format!(
        "bytes arrived every 3 ms, for 90 ms; with a tick every 10 ms, the calls of the display after \
         the first were {calls}"
    );
    // In a pause, it is called?
    let in_a_pause = calls_in_the_pause("abcd", "efgh")?;
    if calls == 0 && in_a_pause >= 8 {
        return Err(Finding::mistake("sleep-in-loop")
            .saw(saw + ", and in a pause of 100 ms it is called"));
    }
    if calls <= 1 && in_a_pause <= 1 {
        return Err(Finding::mistake("one-source-at-a-time")
            .saw(format!("{saw}, and in a pause of 100 ms {in_a_pause}")));
    }
    Err(Finding::unnamed("The display was not called at every tick").saw(saw))
}

/// Four bytes at a time, and always more of them.
struct Crumbs(DuplexStream);

impl AsyncRead for Crumbs {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let mut crumb = [0; 4];
        let room = buf.remaining().min(crumb.len());
        let mut part = ReadBuf::new(&mut crumb[..room]);
        ready!(Pin::new(&mut self.0).poll_read(cx, &mut part))?;
        buf.put_slice(part.filled());
        Poll::Ready(Ok(()))
    }
}

/// The reader never has to wait, and many ticks are due.
fn the_display_goes_on_while_bytes_never_end() -> Verdict {
    const RECORDS: usize = 10_000;
    let first = RefCell::new(None);
    let run = virtual_time(|| async {
        let (mut sensor, stream) = duplex(4 * RECORDS);
        sensor.write_all(&b"abcd".repeat(RECORDS)).await?;
        drop(sensor);
        let ticks = interval(Duration::from_millis(10));
        advance(Duration::from_secs(1)).await;
        let display = |count| {
            first.borrow_mut().get_or_insert(count);
        };
        exercise::collect(Crumbs(stream), ticks, display).await
    });
    let got = run.done()?.0;
    if !matches!(&got, Ok(records) if *records == [*b"abcd"; RECORDS]) {
        return Err(Finding::unnamed("The records are not those that were sent").saw(
            format!(
                "{RECORDS} records lay ready, and the answer is {}",
                match got {
                    Ok(records) => words::count(records.len(), "record"),
                    Err(error) => error.to_string(),
                }
            ),
        ));
    }
    match first.into_inner() {
        Some(count) if count < RECORDS / 2 => Ok(()),
        first => Err(Finding::mistake("biased-starves").saw(format!(
            "a hundred ticks were due while {RECORDS} records lay ready; the first call of the display: {}",
            match first {
                Some(count) => format!("when there were {count}"),
                None => "none".to_owned(),
            }
        ))),
    }
}

fn the_display_goes_on_between_records() -> Verdict {
    let calls = calls_in_the_pause("abcd", "efgh")?;
    if calls == 10 {
        return Ok(());
    }
    // It is a matter of luck for the one tick that is due when the bytes come.
    let finding = match calls {
        0 | 1 => Finding::mistake("one-source-at-a-time"),
        _ => Finding::unnamed("The display was not called at every tick"),
    };
    Err(finding.saw(format!(
        "between two records nothing arrived for 100 ms; with a tick every 10 ms, the calls of the \
         display were {calls}"
    )))
}

fn the_display_goes_on_within_a_record() -> Verdict {
    let calls = calls_in_the_pause("ab", "cdefgh")?;
    if calls == 10 {
        return Ok(());
    }
    Err(Finding::mistake("handler-holds-up").saw(format!(
        "between two bytes of a record nothing arrived for 100 ms; with a tick every 10 ms, the calls of \
         the display were {calls}"
    )))
}

fn the_display_is_told_how_many_records_there_are() -> Verdict {
    // They are complete after 5, 25, 25, and 45 ms.
    let pieces = [(5, "abcd"), (10, "ef"), (10, "ghijkl"), (20, "mnop")];
    let (_, calls) = run(&pieces, 10)?;
    let shown: Vec<usize> = calls.iter().map(|(_, count)| *count).collect();
    if shown == [0, 1, 1, 3, 3] {
        return Ok(());
    }
    let title = match shown.len() {
        5 => "The display shows another number of records",
        _ => "The display was called at other times than the ticks",
    };
    Err(Finding::unnamed(title).saw(format!(
        "with ticks after 0, 10, 20, 30, and 40 ms, and 0, 1, 1, 3, and 3 whole records by then, the \
         display was called with {shown:?}"
    )))
}

fn an_end_within_a_record_is_an_error() -> Verdict {
    for tick in [1_000, 2] {
        match run(&[(1, "abcd"), (5, "ef")], tick)?.0 {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {}
            Err(error) => {
                return Err(Finding::unnamed("The error is not UnexpectedEof").saw(
                    format!(
                        "the stream ended after \"abcdef\", and the answer is: {error}"
                    ),
                ));
            }
            Ok(records) => {
                return Err(Finding::mistake("half-a-frame-at-the-end").saw(format!(
                    "the stream ended after \"abcdef\", and the answer is Ok: {}",
                    text(&records)
                )));
            }
        }
    }
    Ok(())
}
