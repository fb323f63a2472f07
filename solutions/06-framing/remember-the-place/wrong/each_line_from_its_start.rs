//! mistake: reparse-from-zero
//! Remembers every line that has ended, and searches the one that has not from its start. Lines are short, until one
//! is not.

/// The bytes that have arrived and have not been taken.
pub trait Input {
    /// How many there are.
    fn len(&self) -> usize;

    /// One of them. Somebody counts.
    fn byte(&self, at: usize) -> u8;
}

/// Finds the end of an array of lines.
#[derive(Debug, Default)]
pub struct Scanner {
    missing: Option<usize>,
    at: usize,
}

impl Scanner {
    /// A scanner at the start of an array.
    pub fn new() -> Scanner {
        Scanner::default()
    }

    /// Where the array at the start of the input ends, if all of it is there.
    pub fn scan(&mut self, input: &impl Input) -> Option<usize> {
        while self.missing != Some(0) {
            let end = line_end(input, self.at)?;
            self.missing = Some(match self.missing {
                None => number(input, end),
                Some(missing) => missing - 1,
            });
            self.at = end;
        }
        let end = self.at;
        *self = Scanner::new();
        Some(end)
    }
}

/// Where the line ends that begins at `at`: after its `\r\n`.
fn line_end(input: &impl Input, at: usize) -> Option<usize> {
    (at + 2..=input.len())
        .find(|end| input.byte(end - 2) == b'\r' && input.byte(end - 1) == b'\n')
}

/// The number in the first line, `*12\r\n`, that ends at `end`. 0 if there is none.
fn number(input: &impl Input, end: usize) -> usize {
    let digits = (1..end - 2).map(|at| usize::from(input.byte(at).saturating_sub(b'0')));
    digits.fold(0, |number: usize, digit| number.saturating_mul(10).saturating_add(digit))
}
