//! Lines come out as they went in, wherever the stream is cut, and an end within a line is an error.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/06-framing/whole-lines/solution.rs"
)]
mod exercise;

use std::io::{self, ErrorKind};

use probe::{End, Finding, Run, Script, ScriptLog, Verdict, virtual_time};

probe::main!(
    "06-whole-lines",
    [
        a_line_alone,
        a_line_a_read,
        two_lines_in_a_read,
        what_has_arrived_does_not_wait,
        one_byte_a_read,
        every_cut_of_three_lines,
        lines_are_bytes,
        empty_lines_and_long_ones,
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

fn show(lines: &[Vec<u8>]) -> String {
    let shown: Vec<String> = lines
        .iter()
        .take(6)
        .map(|line| match line.len() {
            0..40 => format!("\"{}\"", line.escape_ascii()),
            long => format!("one of {long} bytes"),
        })
        .collect();
    let more = if lines.len() > 6 { ", …" } else { "" };
    format!("[{}{more}]", shown.join(", "))
}

/// The stream, in these pieces, gives these lines and ends well.
fn expect(pieces: &[&[u8]], right: &[&[u8]]) -> Verdict {
    let script = pieces.iter().fold(Script::new(), Script::chunk);
    let (lines, end) = lines(script)?;
    let pieces: Vec<Vec<u8>> = pieces.iter().map(|piece| piece.to_vec()).collect();
    if let Err(error) = end {
        let finding = if lines == right {
            Finding::mistake("clean-end-is-an-error")
        } else {
            Finding::unnamed("A stream of whole lines ended in an error")
        };
        return Err(finding.saw(format!(
            "reads brought {}; the lines were {}, and then `next` returned an error: {error}",
            show(&pieces),
            show(&lines)
        )));
    }
    if lines == right {
        return Ok(());
    }
    let without_empty = right.iter().filter(|line| !line.is_empty());
    let mistake =
        if lines.iter().eq(without_empty) { "empty-is-nothing" } else { MISTAKE };
    Err(Finding::mistake(mistake).saw(format!(
        "reads brought {}, and the lines were {}",
        show(&pieces),
        show(&lines)
    )))
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
    let (lines, end) = lines(Script::new().chunk("ab\n").chunk("cd\n").chunk("ef\n"))?;
    let right = lines == [b"ab", b"cd", b"ef"];
    if right && end.is_ok() {
        return Ok(());
    }
    let merged = lines.concat().iter().filter(|byte| **byte != b'\n').eq(b"abcdef");
    let finding = if right {
        Finding::mistake("clean-end-is-an-error")
    } else if lines.concat().contains(&0) {
        Finding::mistake("write-is-write-all")
    } else if merged {
        Finding::mistake(MISTAKE)
    } else {
        Finding::unnamed("The lines are not those that were sent")
    };
    Err(finding.saw(format!(
        "reads brought [\"ab\\n\", \"cd\\n\", \"ef\\n\"]; the lines were {}, and the end was {}",
        show(&lines),
        match end {
            Ok(()) => "`None`".into(),
            Err(error) => format!("an error: {error}"),
        }
    )))
}

fn two_lines_in_a_read() -> Verdict {
    expect(&[b"ab\ncd\n", b"ef\n"], &[b"ab", b"cd", b"ef"])
}

fn what_has_arrived_does_not_wait() -> Verdict {
    let run = virtual_time(|| async {
        let mut lines =
            exercise::Lines::new(Script::new().chunk("ab\ncd\nef").then_silence());
        let first = lines.next().await;
        let second = lines.next().await;
        (first, second)
    });
    match run.end {
        End::Stuck => Err(Finding::mistake(MISTAKE).saw(
            "\"ab\\ncd\\nef\" has arrived and no more comes: the second call of `next` waits, and \"cd\" is there",
        )),
        end => probe::Run { end, stats: run.stats }.done().map(drop),
    }
}

fn one_byte_a_read() -> Verdict {
    let stream = b"ab\ncd\nef\n";
    let pieces: Vec<&[u8]> = stream.chunks(1).collect();
    expect(&pieces, &[b"ab", b"cd", b"ef"])
}

fn every_cut_of_three_lines() -> Verdict {
    let stream = b"ab\n\xc3\xa9\nefg\n";
    for cut in 1..stream.len() {
        let (head, tail) = stream.split_at(cut);
        expect(&[head, tail], &[b"ab", b"\xc3\xa9", b"efg"])?;
    }
    Ok(())
}

fn lines_are_bytes() -> Verdict {
    let stream = b" a\r\n\xff\xfe\n\tb \n";
    let right: [&[u8]; 3] = [b" a\r", b"\xff\xfe", b"\tb "];
    let (lines, end) = lines(Script::new().chunk(stream))?;
    if lines == right && end.is_ok() {
        return Ok(());
    }
    let error =
        end.map_or_else(|error| format!(", and then an error: {error}"), |()| "".into());
    Err(Finding::mistake("bytes-are-text").saw(format!(
        "a read brought \"{}\", and the lines were {}{error}",
        stream.escape_ascii(),
        show(&lines)
    )))
}

fn empty_lines_and_long_ones() -> Verdict {
    let long = vec![b'x'; 5000];
    let mut stream = b"\n\n".to_vec();
    stream.extend(&long);
    stream.extend(b"\n\n");
    expect(&[&stream], &[b"", b"", &long, b""])
}

fn an_end_within_a_line_is_an_error() -> Verdict {
    for pieces in [&[&b"ab\ncd"[..]][..], &[b"ab\n", b"cd"], &[b"ab\nc", b"d"]] {
        let (lines, end) = lines(pieces.iter().fold(Script::new(), Script::chunk))?;
        // The half was passed on or dropped; whatever else came out is another matter.
        let half = lines == [b"ab", b"cd"] || lines == [b"ab"];
        let mistake = if half { AT_THE_END } else { MISTAKE };
        match end {
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => {}
            Err(error) => {
                return Err(Finding::unnamed("The error is of another kind")
                    .saw(format!(
                        "a stream that ends within a line gave {:?}",
                        error.kind()
                    ))
                    .because(
                        "the kind tells a stream that broke off from one that is wrong. The goal asks \
                         for `UnexpectedEof`; the default `decode_eof` of a codec gives `Other`",
                    ));
            }
            Ok(()) => {
                return Err(Finding::mistake(mistake).saw(format!(
                    "the stream ended after \"ab\\ncd\", in the middle of a line; the lines were {}, and no error",
                    show(&lines)
                )));
            }
        }
        if lines != [b"ab"] {
            return Err(Finding::mistake(mistake).saw(format!(
                "the stream ended after \"ab\\ncd\", and the lines were {}",
                show(&lines)
            )));
        }
    }
    Ok(())
}

fn an_error_of_the_stream_is_returned() -> Verdict {
    let script = Script::new().chunk("ab\nc").then_error(ErrorKind::ConnectionReset);
    match lines(script)? {
        (_, Err(error)) if error.kind() == ErrorKind::ConnectionReset => Ok(()),
        (_, end) => Err(Finding::mistake("result-not-looked-at").saw(format!(
            "the stream failed with ConnectionReset, and `next` returned {end:?}"
        ))),
    }
}
