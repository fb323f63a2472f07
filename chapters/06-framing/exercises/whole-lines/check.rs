//! Lines come out as they went in, wherever the stream is cut, and an end within a line is an error.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/06-framing/whole-lines/solution.rs"
)]
mod exercise;

use std::io::{self, ErrorKind};
use std::time::Duration;

use probe::words::{bytes, count, duration};
use probe::{End, Finding, Run, Script, ScriptLog, Verdict, cuts, sizes, virtual_time};
use tokio::time::{Instant, timeout};

probe::main!(
    "06-whole-lines",
    [
        a_line_alone,
        a_line_a_read,
        what_has_arrived_does_not_wait,
        two_lines_in_a_read,
        one_byte_a_read,
        every_cut_of_three_lines,
        lines_are_bytes,
        empty_lines,
        lines_of_every_size,
        an_end_within_a_line_is_an_error,
        an_error_of_the_stream_is_returned,
    ]
);

const MISTAKE: &str = "one-read-one-frame";
const AT_THE_END: &str = "half-a-frame-at-the-end";

/// All lines of a stream, and how it ended.
fn lines(script: Script) -> Result<(Vec<Vec<u8>>, io::Result<()>), Finding> {
    let log = script.log();
    let run = virtual_time(|| async {
        let mut lines = exercise::Lines::new(script);
        let mut all = Vec::new();
        loop {
            match lines.next().await {
                Ok(Some(line)) => all.push(line),
                Ok(None) => return (all, Ok(())),
                Err(error) => return (all, Err(error)),
            }
            if all.len() > 10_000 {
                return (all, Ok(()));
            }
        }
    });
    ended(run, &log)
}

/// The result, unless a read told already what is wrong.
fn ended<T>(run: Run<T>, log: &ScriptLog) -> Result<T, Finding> {
    if log.zero_length() > 0 {
        return Err(Finding::mistake("capacity-is-length")
            .saw("a read into a buffer without room, which returns 0 as the end of a stream does"));
    }
    match run.end {
        End::Panicked(note) if note.message.contains(Script::SPINNING) => {
            Err(Finding::mistake("eof-not-zero").saw(note.message))
        }
        end => Run { end, stats: run.stats }.done().map(|(result, _)| result),
    }
}

fn show<B: AsRef<[u8]>>(lines: &[B]) -> String {
    let shown: Vec<String> = lines
        .iter()
        .take(6)
        .map(|line| match line.as_ref() {
            short if short.len() < 40 => format!("\"{}\"", bytes(short)),
            long => format!("one of {}", count(long.len(), "byte")),
        })
        .collect();
    let more = if lines.len() > 6 { ", …" } else { "" };
    format!("[{}{more}]", shown.join(", "))
}

/// What lines that are not the right ones show.
fn wrong_lines(lines: &[Vec<u8>], right: &[&[u8]]) -> Finding {
    let all = |wrong: &dyn Fn(usize, &[u8]) -> Vec<u8>| {
        let wrong = right.iter().enumerate().map(|(at, line)| wrong(at, line));
        lines.iter().cloned().eq(wrong)
    };
    // The first that is wrong begins as it should, and ends in what is left of an earlier read.
    let stale = lines.iter().zip(right).position(|(line, right)| line != right);
    let stale = stale.is_some_and(|at| {
        let rest = lines[at].strip_prefix(right[at]).unwrap_or_default();
        let zeros = !rest.is_empty() && rest.iter().all(|byte| *byte == 0);
        zeros || at > 0 && !rest.is_empty() && right[at - 1].ends_with(rest)
    });
    let id = if stale {
        "write-is-write-all"
    } else if all(&|_, line| [line, b"\n"].concat()) {
        "framing-in-the-value"
    } else if right.len() > 1
        && (all(&|at, _| right[..=at].concat())
            || all(&|at, _| right[..=at].join(&b'\n')))
    {
        "left-over-state"
    } else if lines.iter().eq(right.iter().filter(|line| !line.is_empty())) {
        "empty-is-nothing"
    } else {
        MISTAKE
    };
    Finding::mistake(id)
}

/// The stream, in these pieces, gives these lines and ends well.
fn expect(pieces: &[&[u8]], right: &[&[u8]]) -> Verdict {
    let (lines, end) = lines(Script::new().chunks(pieces))?;
    let brought = format!("reads brought {}", show(pieces));
    if let Err(error) = end {
        let finding = if lines == right {
            Finding::mistake("clean-end-is-an-error")
        } else {
            Finding::unnamed("A stream of whole lines ended in an error")
        };
        return Err(finding.saw(format!(
            "{brought}; the lines were {}, and then `next` returned an error: {error}",
            show(&lines)
        )));
    }
    if lines == right {
        return Ok(());
    }
    Err(wrong_lines(&lines, right)
        .saw(format!("{brought}, and the lines were {}", show(&lines))))
}

fn a_line_alone() -> Verdict {
    let script = Script::new().chunk("ab\n").then_silence();
    let log = script.log();
    let run = virtual_time(|| async { exercise::Lines::new(script).next().await });
    if matches!(run.end, End::Stuck) && log.zero_length() == 0 {
        return Err(Finding::mistake("whole-frame-waits").saw(
            "\"ab\\n\" has arrived and nothing more comes: `next` waits, and \"ab\" is there",
        ));
    }
    let line = ended(run, &log)?;
    let mistake = match &line {
        Ok(Some(line)) if line == b"ab" => return Ok(()),
        Ok(Some(line)) if line == b"ab\n" => Finding::mistake("framing-in-the-value"),
        Ok(Some(line)) if line.starts_with(b"ab") && line.contains(&0) => {
            Finding::mistake("write-is-write-all")
        }
        _ => Finding::unnamed("The line is not the one that was sent"),
    };
    Err(mistake.saw(match line {
        Ok(Some(line)) => {
            format!("a read brought \"ab\\n\", and the line was {}", show(&[line]))
        }
        Ok(None) => "a read brought \"ab\\n\", and `next` returned `None`".into(),
        Err(error) => {
            format!("a read brought \"ab\\n\", and `next` returned an error: {error}")
        }
    }))
}

fn a_line_a_read() -> Verdict {
    // A short one after a long one, and a long one after that.
    expect(&[b"abcd\n", b"ef\n", b"ghijkl\n"], &[b"abcd", b"ef", b"ghijkl"])
}

/// A part comes each second, and after the last of them nothing. Each line has to be there when its line end is.
fn what_has_arrived_does_not_wait() -> Verdict {
    for parts in [
        &["ab\ncd\n", "ef\n", "gh\n"][..],
        &["ab\ncd\nef", "gh\n", "ij\n"],
        &["a", "b\nc", "d\n\n", "e\n"],
    ] {
        on_time(parts)?;
    }
    Ok(())
}

fn on_time(parts: &[&str]) -> Verdict {
    const SECOND: Duration = Duration::from_secs(1);
    let stream = parts.concat();
    let right: Vec<&[u8]> =
        stream.split_terminator('\n').map(|line| line.as_bytes()).collect();
    // When each line end comes.
    let seconds = parts.iter().zip(0..);
    let due: Vec<Duration> = seconds
        .flat_map(|(part, second)| part.matches('\n').map(move |_| second * SECOND))
        .collect();
    let script =
        parts.iter().fold(Script::new(), |script, part| script.chunk(part).wait(SECOND));
    let script = script.then_silence();
    let log = script.log();
    let run = virtual_time(|| async {
        let mut lines = exercise::Lines::new(script);
        let (start, mut all, mut late) = (Instant::now(), Vec::new(), None);
        while all.len() < right.len() {
            match timeout(60 * SECOND, lines.next()).await {
                Ok(Ok(Some(line))) => all.push(line),
                Ok(Ok(None)) | Ok(Err(_)) => break,
                Err(_) => {
                    late = late.or(Some((all.len(), None)));
                    break;
                }
            }
            let at = all.len() - 1;
            if start.elapsed() > due[at] {
                late = late.or(Some((at, Some(start.elapsed()))));
            }
        }
        (all, late)
    });
    let (all, late) = ended(run, &log)?;
    let brought = format!("one read a second brought {}", show(parts));
    // What came out is right as far as it goes, and what did not come out is there.
    if let Some((at, when)) = late
        && all.iter().eq(&right[..all.len()])
    {
        let when = match when {
            Some(when) => format!("returned after {}", duration(when)),
            None => "waited, and no more came".into(),
        };
        return Err(Finding::mistake("whole-frame-waits").saw(format!(
            "{brought}: \"{}\" and its line end were there after {}, and the call of `next` for it {when}",
            bytes(right[at]),
            duration(due[at])
        )));
    }
    if all == right {
        return Ok(());
    }
    Err(wrong_lines(&all, &right)
        .saw(format!("{brought}, and the lines were {}", show(&all))))
}

fn two_lines_in_a_read() -> Verdict {
    expect(&[b"ab\ncd\n", b"ef\n"], &[b"ab", b"cd", b"ef"])
}

fn one_byte_a_read() -> Verdict {
    let stream = b"ab\ncd\nef\n";
    let pieces: Vec<&[u8]> = stream.chunks(1).collect();
    expect(&pieces, &[b"ab", b"cd", b"ef"])
}

fn every_cut_of_three_lines() -> Verdict {
    cuts(b"ab\n\xc3\xa9\nefg\n")
        .try_for_each(|pieces| expect(&pieces, &[b"ab", b"\xc3\xa9", b"efg"]))
}

fn lines_are_bytes() -> Verdict {
    let every: Vec<u8> = (0..=255).filter(|byte| *byte != b'\n').collect();
    for right in [
        &[&b" a\r"[..], b"\xff\xfe", b"\tb "][..],
        &[b"\r", b"\0a\0", b" ", b"\r\r", b"\xef\xbb\xbfc"],
        &[&every],
    ] {
        let stream = [&right.join(&b'\n')[..], b"\n"].concat();
        let (lines, end) = lines(Script::new().chunk(&stream))?;
        if lines == right && end.is_ok() {
            continue;
        }
        let error = end
            .map_or_else(|error| format!(", and then an error: {error}"), |()| "".into());
        return Err(Finding::mistake("bytes-are-text").saw(format!(
            "a read brought {}, and the lines were {}{error}",
            show(&[stream]),
            show(&lines)
        )));
    }
    Ok(())
}

fn empty_lines() -> Verdict {
    for pieces in
        [&[&b"\n\nab\n\n\ncd\n\n"[..]][..], &[b"\n", b"\n", b"ab\n", b"\n\ncd\n\n"]]
    {
        expect(pieces, &[b"", b"", b"ab", b"", b"", b"cd", b""])?;
    }
    Ok(())
}

/// Whatever size somebody may have given a buffer: one line is as long, the next one is short.
fn lines_of_every_size() -> Verdict {
    for size in sizes(16).filter(|size| *size > 100).chain([131_073]) {
        let long = vec![b'x'; size];
        let stream = [b"a\n", &long[..], b"\nbc\n"].concat();
        let brought =
            format!("\"a\", a line of {}, and \"bc\" arrived", count(size, "byte"));
        let (lines, end) = lines(Script::new().chunks(stream.chunks(4096)))?;
        if lines == [&b"a"[..], &long, b"bc"] && end.is_ok() {
            continue;
        }
        let end = match end {
            Ok(()) => "`None`".into(),
            Err(error) => format!("an error: {error}"),
        };
        let finding = if lines.concat().len() == size + 3 {
            Finding::mistake(MISTAKE)
        } else {
            Finding::unnamed("A long line did not come out as it was sent").because(
                "no line is too long here. A buffer of a fixed size is full at some time, and then \
                 a read has no room, or what does not fit is lost",
            )
        };
        return Err(finding.saw(format!(
            "{brought}; the lines were {}, and then came {end}",
            show(&lines)
        )));
    }
    Ok(())
}

fn an_end_within_a_line_is_an_error() -> Verdict {
    let long = vec![b'x'; 20_000];
    for pieces in [
        &[&b"ab\ncd"[..]][..],
        &[b"ab\n", b"cd"],
        &[b"ab\nc", b"d"],
        &[b"cd"],
        &[b"ab\n", b"\r"],
        &[b"ab\n "],
        &[b"\n", b"\0"],
        &[b"ab\n", &long],
    ] {
        let stream = pieces.concat();
        let (whole, half) = match stream.iter().position(|byte| *byte == b'\n') {
            Some(end) => (vec![&stream[..end]], &stream[end + 1..]),
            None => (Vec::new(), &stream[..]),
        };
        let what = format!(
            "reads brought {}, and then the end, in the middle of a line",
            show(pieces)
        );
        let (lines, end) = lines(Script::new().chunks(pieces))?;
        // The half was passed on or dropped; whatever else came out is another matter.
        let with_half: Vec<&[u8]> = whole.iter().copied().chain([half]).collect();
        let mistake =
            if lines == with_half || lines == whole { AT_THE_END } else { MISTAKE };
        match end {
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => {}
            Err(error) => {
                return Err(Finding::unnamed("The error is of another kind")
                    .saw(format!("{what}: `next` returned {:?}", error.kind()))
                    .because(
                        "the kind tells a stream that broke off from one that is wrong. The goal asks \
                         for `UnexpectedEof`; the default `decode_eof` of a codec gives `Other`",
                    ));
            }
            Ok(()) => {
                return Err(Finding::mistake(mistake).saw(format!(
                    "{what}; the lines were {}, and no error",
                    show(&lines)
                )));
            }
        }
        if lines != whole {
            return Err(Finding::mistake(mistake)
                .saw(format!("{what}; the lines were {}", show(&lines))));
        }
    }
    Ok(())
}

fn an_error_of_the_stream_is_returned() -> Verdict {
    use ErrorKind::{BrokenPipe, ConnectionReset, TimedOut};
    for (stream, kind) in [
        ("ab\nc", ConnectionReset),
        ("ab\n", ConnectionReset),
        ("", TimedOut),
        ("ab\ncd\n", BrokenPipe),
        ("c", BrokenPipe),
    ] {
        let whole = stream.matches('\n').count();
        let arrived = match stream {
            "" => "the first read".into(),
            stream => format!("after \"{}\", the next read", stream.escape_debug()),
        };
        let (lines, end) = lines(Script::new().chunk(stream).then_error(kind))?;
        let got = match end {
            Err(error) if error.kind() == kind && lines.len() == whole => continue,
            Err(error) if error.kind() == kind => {
                return Err(Finding::unnamed("Lines before an error were lost")
                    .saw(format!("{arrived} failed; the lines were {}", show(&lines)))
                    .because("they had arrived in whole, and `next` is called for each of them"));
            }
            Err(error) => format!("an error of the kind {:?}", error.kind()),
            Ok(()) => "`None`, as at the end".into(),
        };
        return Err(Finding::mistake("result-not-looked-at").saw(format!(
            "{arrived} failed with {kind:?}; the lines were {}, and then `next` returned {got}",
            show(&lines)
        )));
    }
    Ok(())
}
