//! Twice the bytes cost twice the looks, and the ends are where they were.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/06-framing/remember-the-place/solution.rs"
)]
mod exercise;

use std::cell::Cell;

use allocation_counter::measure;
use exercise::{Input, Scanner};
use probe::words::{bytes, count};
use probe::{Finding, Run, Verdict, cuts, virtual_time};

probe::main!(
    "06-remember-the-place",
    [
        an_array_in_one_piece,
        a_line_end_is_a_pair,
        two_arrays_in_one_piece,
        an_array_in_two_pieces,
        a_line_end_in_two_pieces,
        an_array_in_pieces_of_every_size,
        empty_lines_are_lines,
        one_array_after_the_other,
        a_short_array_after_a_long_one,
        twice_the_lines_cost_twice_the_looks,
        a_line_twice_as_long_costs_twice_the_looks,
        a_hundred_thousand_lines,
    ]
);

const MISTAKE: &str = "reparse-from-zero";

struct Counted<'a> {
    bytes: &'a [u8],
    looks: &'a Cell<u64>,
    /// A look at a byte that has not arrived.
    beyond: &'a Cell<bool>,
}

impl Input for Counted<'_> {
    fn len(&self) -> usize {
        self.bytes.len()
    }

    fn byte(&self, at: usize) -> u8 {
        self.looks.set(self.looks.get() + 1);
        self.beyond.set(self.beyond.get() || at >= self.bytes.len());
        assert!(
            at < self.bytes.len(),
            "byte {at} was asked for, and {} have arrived",
            self.bytes.len()
        );
        self.bytes[at]
    }
}

/// What came of a stream.
struct Scanned {
    /// Where its arrays ended.
    ends: Vec<usize>,
    /// How much of it had arrived when the first of them was found.
    first_found_at: usize,
    looks: u64,
    /// The most bytes that the scanner kept from one call to another.
    kept: i64,
    /// A byte was asked for that had not arrived.
    beyond: bool,
    /// It ended in a panic, or never.
    broke: Option<Finding>,
}

/// Scans what comes in these pieces.
fn scan<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Scanned {
    let (looks, beyond) = (Cell::new(0), Cell::new(false));
    let (mut ends, mut first_found_at) = (Vec::new(), 0);
    let (mut keeps, mut kept) = (0, 0);
    let Run { end, stats } = virtual_time(|| async {
        let (mut scanner, mut arrived, mut start) = (Scanner::new(), Vec::new(), 0);
        for piece in pieces {
            arrived.extend_from_slice(piece);
            loop {
                let bytes = &arrived[start..];
                let input = Counted { bytes, looks: &looks, beyond: &beyond };
                let mut found = None;
                keeps += measure(|| found = scanner.scan(&input)).bytes_current;
                kept = kept.max(keeps);
                let Some(end) = found else { break };
                if ends.is_empty() {
                    first_found_at = arrived.len();
                }
                ends.push(start + end);
                if end == 0 || end > bytes.len() {
                    return;
                }
                start += end;
            }
        }
    });
    let broke = Run { end, stats }.done().err();
    let beyond = beyond.get();
    Scanned { ends, first_found_at, looks: looks.get(), kept, beyond, broke }
}

impl Scanned {
    /// Whether these are the ends, or else this finding.
    fn expect(
        &self,
        right: &[usize],
        what: &str,
        finding: impl Into<Finding>,
    ) -> Verdict {
        let Some(broke) = &self.broke else {
            if self.ends == right {
                return Ok(());
            }
            return Err(finding.into().saw(format!(
                "{what}: arrays ended at {}, and should at {right:?}",
                show(&self.ends)
            )));
        };
        if self.ends.is_empty() && !self.beyond {
            return Err(broke.clone());
        }
        let how = if self.beyond {
            "a byte was asked for that has not arrived"
        } else {
            "`scan` panicked"
        };
        Err(finding
            .into()
            .saw(format!("{what}: arrays ended at {}, and then {how}", show(&self.ends))))
    }
}

/// The first few of these places.
fn show(ends: &[usize]) -> String {
    let more = if ends.len() > 8 { " and so on" } else { "" };
    format!("{:?}{more}", &ends[..ends.len().min(8)])
}

fn wrong_end() -> Finding {
    Finding::unnamed("An array does not end where it ended")
}

fn in_one_piece(stream: &[u8]) -> String {
    format!("\"{}\" in one piece", stream.escape_ascii())
}

fn in_two_pieces(head: &[u8], tail: &[u8]) -> String {
    format!("\"{}\", then \"{}\"", head.escape_ascii(), tail.escape_ascii())
}

fn an_array_in_one_piece() -> Verdict {
    let stream = b"*2\r\n+Paris\r\n+Rome\r\n";
    let scanned = scan([&stream[..]]);
    let finding = match scanned.ends[..] {
        [] => Finding::mistake("one-read-one-frame"),
        [17, ..] => wrong_end()
            .because("the line end belongs to the line, and the last one to the array: what comes next begins after it"),
        _ => wrong_end(),
    };
    scanned.expect(&[19], &in_one_piece(stream), finding)?;
    scan([&b"*0\r\n"[..]]).expect(&[4], &in_one_piece(b"*0\r\n"), "empty-is-nothing")?;
    let stream = ["*11\r\n", &"+a\r\n".repeat(11)].concat().into_bytes();
    scan([&stream[..]]).expect(&[49], &in_one_piece(&stream), wrong_end())
}

fn a_line_end_is_a_pair() -> Verdict {
    let stream = b"*3\r\n+Pa\rris\r\n+\n\r\r\n+\r\n";
    scan([&stream[..]]).expect(&[stream.len()], &in_one_piece(stream), "delimiter-in-two")
}

fn two_arrays_in_one_piece() -> Verdict {
    let stream = b"*1\r\n+Paris\r\n*1\r\n+Rome\r\n";
    let scanned = scan([&stream[..]]);
    let finding = match scanned.ends[..] {
        [first, ..] if first == stream.len() => "one-read-one-frame",
        _ => "left-over-state",
    };
    scanned.expect(&[12, 23], &in_one_piece(stream), finding)
}

fn an_array_in_two_pieces() -> Verdict {
    // The first line, and so the number in it, may be cut as well.
    let long = ["*1000\r\n", &"+\r\n".repeat(1000)].concat().into_bytes();
    for cut in (1..7).filter(|cut| long[*cut] != b'\n') {
        let (head, tail) = long.split_at(cut);
        let what = format!("\"{}\", then the rest of 1,000 lines", head.escape_ascii());
        scan([head, tail]).expect(&[long.len()], &what, "half-a-frame-fails")?;
    }
    let stream = b"*2\r\n+Paris\r\n+Rome\r\n";
    for cut in (1..stream.len()).filter(|cut| stream[*cut] != b'\n') {
        let (head, tail) = stream.split_at(cut);
        let scanned = scan([head, tail]);
        // Does it come out when more arrives?
        let more = b"*0\r\n".repeat(20);
        let later = scan([head, tail, &more]);
        let finding = if scanned.first_found_at == cut {
            Finding::mistake("half-a-frame-fails")
        } else if later.first_found_at > stream.len() && later.ends[0] == stream.len() {
            Finding::mistake("whole-frame-waits")
        } else {
            wrong_end()
        };
        scanned.expect(&[stream.len()], &in_two_pieces(head, tail), finding)?;
    }
    Ok(())
}

fn a_line_end_in_two_pieces() -> Verdict {
    let stream = b"*2\r\n+Paris\r\n+Rome\r\n";
    for cut in (1..stream.len()).filter(|cut| stream[*cut] == b'\n') {
        let (head, tail) = stream.split_at(cut);
        let what = in_two_pieces(head, tail);
        scan([head, tail]).expect(&[stream.len()], &what, "delimiter-in-two")?;
    }
    Ok(())
}

fn an_array_in_pieces_of_every_size() -> Verdict {
    let stream = b"*3\r\n+Pa\rris\r\n+\n\r\r\n+\r\n";
    (1..=stream.len()).try_for_each(|size| {
        let what = format!("\"{}\" in pieces of {size} bytes", stream.escape_ascii());
        scan(stream.chunks(size)).expect(&[stream.len()], &what, wrong_end())
    })
}

/// Not `+` and nothing behind it, but nothing at all.
fn empty_lines_are_lines() -> Verdict {
    let stream = b"*4\r\n+a\r\n\r\n\r\n+b\r\n*1\r\n\r\n*2\r\n\r\n+c\r\n";
    cuts(stream).try_for_each(|pieces| {
        let shown: Vec<String> =
            pieces.iter().map(|piece| format!("\"{}\"", bytes(piece))).collect();
        scan(pieces).expect(&[16, 22, 32], &shown.join(", then "), "empty-is-nothing")
    })
}

/// What a long one, or one that came in pieces, may leave behind.
fn a_short_array_after_a_long_one() -> Verdict {
    let array = |lines: usize, len: usize| {
        format!("*{lines}\r\n{}", format!("+{}\r\n", "x".repeat(len)).repeat(lines))
    };
    let sizes = [(12, 3), (1, 40), (0, 0), (1, 0), (3, 1), (101, 2)];
    for first in sizes {
        for second in sizes {
            let arrays = [first, second, (1, 1)].map(|(lines, len)| array(lines, len));
            let stream = arrays.concat().into_bytes();
            let ends: Vec<usize> = arrays
                .iter()
                .scan(0, |end, array| {
                    *end += array.len();
                    Some(*end)
                })
                .collect();
            for size in [1, 2, 3, 7, stream.len()] {
                let what = format!(
                    "{} of {}, then {} of {}, in pieces of {}",
                    count(first.0, "line"),
                    count(first.1 + 1, "byte"),
                    count(second.0, "line"),
                    count(second.1 + 1, "byte"),
                    count(size, "byte")
                );
                scan(stream.chunks(size)).expect(&ends, &what, "left-over-state")?;
            }
        }
    }
    Ok(())
}

fn a_hundred_thousand_lines() -> Verdict {
    let stream = format!("*100000\r\n{}", "\r\n".repeat(100_000)).into_bytes();
    let what = "100,000 empty lines in pieces of 5,000 bytes";
    scan(stream.chunks(5000)).expect(&[stream.len()], what, wrong_end())
}

fn one_array_after_the_other() -> Verdict {
    let stream = b"*1\r\n+Paris\r\n*0\r\n*2\r\n+a\r\n+b\r\n*1\r\n+Rome\r\n";
    (1..=stream.len()).try_for_each(|size| {
        let what = format!("\"{}\" in pieces of {size} bytes", stream.escape_ascii());
        scan(stream.chunks(size)).expect(&[12, 16, 28, 39], &what, "left-over-state")
    })
}

/// Compares what a stream costs with what another costs that is twice as long.
fn twice(what: &str, one: &[u8], two: &[u8]) -> Result<(Scanned, Scanned), Finding> {
    let mut last = None;
    for size in [1, 10] {
        let (of_one, of_two) = (scan(one.chunks(size)), scan(two.chunks(size)));
        for (stream, scanned) in [(one, &of_one), (two, &of_two)] {
            let what = format!("{what}: {} bytes in pieces of {size}", stream.len());
            scanned.expect(&[stream.len()], &what, wrong_end())?;
        }
        // Twice is right, four times is not.
        if of_two.looks > of_one.looks * 5 / 2 {
            return Err(Finding::mistake(MISTAKE).saw(format!(
                "{what}, in pieces of {size}: {} bytes took {} looks, and {} bytes {}",
                one.len(),
                of_one.looks,
                two.len(),
                of_two.looks
            )));
        }
        last = Some((of_one, of_two));
    }
    Ok(last.expect("there are two sizes"))
}

fn twice_the_lines_cost_twice_the_looks() -> Verdict {
    let lines = |n: usize| format!("*{n}\r\n{}", "+ab\r\n".repeat(n)).into_bytes();
    twice("short lines", &lines(200), &lines(400)).map(drop)
}

fn a_line_twice_as_long_costs_twice_the_looks() -> Verdict {
    let line = |n: usize| format!("*1\r\n+{}\r\n", "x".repeat(n)).into_bytes();
    let (of_one, of_two) = twice("one line", &line(1000), &line(2000))?;
    // A number costs the same, however long the line is.
    if of_two.kept > of_one.kept + 500 {
        return Err(Finding::mistake("copied-the-input").saw(format!(
            "while a line of 1,000 bytes arrived, the scanner came to keep {} bytes, and with one of 2,000 bytes {}",
            of_one.kept, of_two.kept
        )));
    }
    Ok(())
}
