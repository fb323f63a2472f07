//! Counts line ends over the new bytes with an iterator, and keeps the byte before them: no byte is looked at twice,
//! except for the digits of the number.

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
    seen: usize,
    /// The byte before `seen`.
    last: u8,
    ends: usize,
    /// How many line ends there will be, with that of the first line.
    wanted: usize,
}

impl Scanner {
    /// A scanner at the start of an array.
    pub fn new() -> Scanner {
        Scanner::default()
    }

    /// Where the array at the start of the input ends, if all of it has arrived.
    pub fn scan(&mut self, input: &impl Input) -> Option<usize> {
        let from = self.seen;
        self.seen = input.len();
        let found = (from..input.len()).find(|&at| {
            let byte = input.byte(at);
            let is_end = self.last == b'\r' && byte == b'\n';
            self.last = byte;
            self.ends += usize::from(is_end);
            if is_end && self.ends == 1 {
                self.wanted = number(input, at + 1).saturating_add(1);
            }
            is_end && self.ends == self.wanted
        });
        found.map(|at| {
            *self = Scanner::new();
            at + 1
        })
    }
}

/// The number in the first line, `*12\r\n`, which ends at `end`. 0 if there is none.
fn number(input: &impl Input, end: usize) -> usize {
    let digits = (1..end - 2).map(|at| usize::from(input.byte(at).saturating_sub(b'0')));
    digits.fold(0, |number: usize, digit| number.saturating_mul(10).saturating_add(digit))
}
