//! Twice the bytes cost twice the looks, and the ends are where they were.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/06-framing/remember-the-place/solution.rs"
)]
mod exercise;

use std::cell::Cell;

use exercise::{Input, Scanner};
use probe::{Finding, Verdict, virtual_time};

probe::main!(
    "06-remember-the-place",
    [
        an_array_in_one_piece,
        an_array_in_pieces_of_every_size,
        one_array_behind_the_other,
        twice_the_lines_cost_twice_the_looks,
        a_line_twice_as_long_costs_twice_the_looks,
    ]
);

const MISTAKE: &str = "reparse-from-zero";

struct Counted<'a> {
    bytes: &'a [u8],
    looks: &'a Cell<u64>,
}

impl Input for Counted<'_> {
    fn len(&self) -> usize {
        self.bytes.len()
    }

    fn byte(&self, at: usize) -> u8 {
        self.looks.set(self.looks.get() + 1);
        self.bytes[at]
    }
}

/// The ends of the arrays of a stream that comes in pieces, and how many looks that took.
fn scan(stream: &[u8], piece: usize) -> Result<(Vec<usize>, u64), Finding> {
    let looks = Cell::new(0);
    let run = virtual_time(|| async {
        let (mut scanner, mut ends, mut start) = (Scanner::new(), Vec::new(), 0);
        let mut arrived = 0;
        while arrived < stream.len() {
            arrived = (arrived + piece).min(stream.len());
            loop {
                let bytes = &stream[start..arrived];
                match scanner.scan(&Counted { bytes, looks: &looks }) {
                    Some(end) if 0 < end && end <= bytes.len() => start += end,
                    Some(_) => return ends,
                    None => break,
                }
                ends.push(start);
            }
        }
        ends
    });
    Ok((run.done()?.0, looks.get()))
}

fn expect(stream: &[u8], piece: usize, right: &[usize]) -> Verdict {
    let (ends, _) = scan(stream, piece)?;
    if ends == right {
        return Ok(());
    }
    Err(Finding::unnamed("An array does not end where it ended").saw(format!(
        "\"{}\" in pieces of {piece} bytes: arrays ended at {ends:?}, and should at {right:?}",
        stream.escape_ascii()
    )))
}

fn an_array_in_one_piece() -> Verdict {
    expect(b"*2\r\n+Paris\r\n+Rome\r\n", 100, &[19])?;
    expect(b"*0\r\n", 100, &[4])?;
    expect(
        b"*11\r\n+a\r\n+a\r\n+a\r\n+a\r\n+a\r\n+a\r\n+a\r\n+a\r\n+a\r\n+a\r\n+a\r\n",
        100,
        &[49],
    )
}

fn an_array_in_pieces_of_every_size() -> Verdict {
    let stream = b"*3\r\n+Pa\rris\r\n+\n\r\r\n+\r\n";
    (1..=stream.len()).try_for_each(|piece| expect(stream, piece, &[stream.len()]))
}

fn one_array_behind_the_other() -> Verdict {
    let stream = b"*1\r\n+Paris\r\n*0\r\n*2\r\n+a\r\n+b\r\n*1\r\n+Rome\r\n";
    (1..=stream.len()).try_for_each(|piece| expect(stream, piece, &[12, 16, 28, 39]))
}

/// Compares the looks at a stream with those at another that is twice as long.
fn twice(what: &str, one: &[u8], two: &[u8]) -> Verdict {
    for piece in [1, 10] {
        let (ends, looks) = scan(one, piece)?;
        let (ends_of_two, looks_of_two) = scan(two, piece)?;
        if ends != [one.len()] || ends_of_two != [two.len()] {
            return Err(Finding::unnamed("An array does not end where it ended").saw(
                format!(
                    "{what}: {} bytes in pieces of {piece}, and arrays ended at {ends:?}",
                    one.len()
                ),
            ));
        }
        // Twice is right, four times is not.
        if looks_of_two > looks * 5 / 2 {
            return Err(Finding::mistake(MISTAKE).saw(format!(
                "{what}, in pieces of {piece}: {} bytes took {looks} looks, and {} bytes {looks_of_two}",
                one.len(),
                two.len()
            )));
        }
    }
    Ok(())
}

fn twice_the_lines_cost_twice_the_looks() -> Verdict {
    let lines = |n: usize| format!("*{n}\r\n{}", "+ab\r\n".repeat(n)).into_bytes();
    twice("short lines", &lines(200), &lines(400))
}

fn a_line_twice_as_long_costs_twice_the_looks() -> Verdict {
    let line = |n: usize| format!("*1\r\n+{}\r\n", "x".repeat(n)).into_bytes();
    twice("one line", &line(1000), &line(2000))
}
