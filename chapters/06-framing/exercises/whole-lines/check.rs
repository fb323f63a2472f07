//! Lines come out as they went in, wherever the stream is cut, and an end within a line is an error.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/06-framing/whole-lines/solution.rs"
)]
mod exercise;

use std::io::{self, ErrorKind};

use probe::{End, Finding, Script, Verdict, virtual_time};

probe::main!(
    "06-whole-lines",
    [
        a_line_a_read,
        two_lines_in_a_read,
        what_has_arrived_does_not_wait,
        one_byte_a_read,
        every_cut_of_three_lines,
        empty_lines_and_long_ones,
        an_end_within_a_line_is_an_error,
        an_error_of_the_stream_is_returned,
    ]
);

const MISTAKE: &str = "one-read-one-frame";

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
    if log.zero_length() > 0 {
        return Err(Finding::mistake("capacity-is-length")
            .saw("a read into a buffer without room, which returns 0 as the end of a stream does"));
    }
    match run.end {
        End::Panicked(note) if note.message.contains(Script::SPINNING) => {
            Err(Finding::mistake("eof-not-zero").saw(note.message))
        }
        end => probe::Run { end, stats: run.stats }.done().map(|(result, _)| result),
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
        return Err(Finding::unnamed("A stream of whole lines ended in an error").saw(
            format!("reads brought {}, and `next` returned: {error}", show(&pieces)),
        ));
    }
    if lines != right {
        return Err(Finding::mistake(MISTAKE).saw(format!(
            "reads brought {}, and the lines were {}",
            show(&pieces),
            show(&lines)
        )));
    }
    Ok(())
}

fn a_line_a_read() -> Verdict {
    let (lines, end) = lines(Script::new().chunk("ab\n").chunk("cd\n").chunk("ef\n"))?;
    if lines == [b"ab", b"cd", b"ef"] && end.is_ok() {
        return Ok(());
    }
    let merged = lines.concat().iter().filter(|byte| **byte != b'\n').eq(b"abcdef");
    let finding = if merged {
        Finding::mistake(MISTAKE)
    } else {
        Finding::unnamed("The lines are not those that were sent")
    };
    Err(finding.saw(format!(
        "reads brought [\"ab\\n\", \"cd\\n\", \"ef\\n\"], and the lines were {}",
        show(&lines)
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
        match end {
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => {}
            Err(error) => {
                return Err(Finding::unnamed("The error is of another kind").saw(
                    format!("a stream that ends within a line gave {:?}", error.kind()),
                ));
            }
            Ok(()) => {
                return Err(Finding::mistake(MISTAKE).saw(format!(
                    "the stream ended behind \"ab\\ncd\", in the middle of a line; the lines were {}, and no error",
                    show(&lines)
                )));
            }
        }
        if lines != [b"ab"] {
            return Err(Finding::mistake(MISTAKE).saw(format!(
                "the stream ended behind \"ab\\ncd\", and the lines were {}",
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
        (_, end) => {
            Err(Finding::unnamed("An error of the stream got lost").saw(format!(
                "the stream failed with ConnectionReset, and `next` returned {end:?}"
            )))
        }
    }
}
