//! mistake: left-over-state
//! Two fields, and one of them is set back. The next array begins with the number of lines that its predecessor missed at
//! its end, which is none.

/// The bytes that have arrived and have not been taken yet.
pub trait Input {
    /// How many there are.
    fn len(&self) -> usize;

    /// The byte at `at`. The check counts the calls.
    fn byte(&self, at: usize) -> u8;
}

/// Finds the end of an array of lines.
#[derive(Debug, Default)]
pub struct Scanner {
    at: usize,
    missing: Option<usize>,
}

impl Scanner {
    /// A scanner at the start of an array.
    pub fn new() -> Scanner {
        Scanner::default()
    }

    /// Where the array at the start of the input ends, if all of it has arrived.
    pub fn scan(&mut self, input: &impl Input) -> Option<usize> {
        while self.at + 2 <= input.len() {
            if input.byte(self.at) != b'\r' || input.byte(self.at + 1) != b'\n' {
                self.at += 1;
                continue;
            }
            self.at += 2;
            let missing = match self.missing {
                None => number(input, self.at),
                Some(missing) => missing.saturating_sub(1),
            };
            self.missing = Some(missing);
            if missing == 0 {
                return Some(std::mem::take(&mut self.at));
            }
        }
        None
    }
}

/// The number in the first line, `*12\r\n`, which ends at `end`. 0 if there is none.
fn number(input: &impl Input, end: usize) -> usize {
    let digits = (1..end - 2).map(|at| usize::from(input.byte(at).saturating_sub(b'0')));
    digits.fold(0, |number: usize, digit| number.saturating_mul(10).saturating_add(digit))
}
