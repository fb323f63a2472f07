//! Three numbers are all there is to remember: the lines that are missing, where the line begins that is not whole yet, and
//! how far it has been searched. Every byte is looked at once, and a `\r` at the end of a piece once more.

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
    /// Lines that are still to come; `None` before the first line, which says how many, has ended.
    missing: Option<usize>,
    /// Where the line begins that is not whole yet.
    at: usize,
    /// How far that line has been searched: it has no end before this.
    searched: usize,
}

impl Scanner {
    /// A scanner at the start of an array.
    pub fn new() -> Scanner {
        Scanner::default()
    }

    /// Where the array at the start of the input ends, if all of it has arrived.
    pub fn scan(&mut self, input: &impl Input) -> Option<usize> {
        while self.missing != Some(0) {
            let end = self.line_end(input)?;
            self.missing = Some(match self.missing {
                None => number(input, end),
                Some(missing) => missing - 1,
            });
            (self.at, self.searched) = (end, end);
        }
        let end = self.at;
        *self = Scanner::new();
        Some(end)
    }
}

impl Scanner {
    /// Where the line ends that begins at `self.at`: after its `\r\n`.
    fn line_end(&mut self, input: &impl Input) -> Option<usize> {
        while self.searched + 2 <= input.len() {
            let found = input.byte(self.searched) == b'\r'
                && input.byte(self.searched + 1) == b'\n';
            if found {
                return Some(self.searched + 2);
            }
            self.searched += 1;
        }
        None
    }
}

/// The number in the first line, `*12\r\n`, which ends at `end`. 0 if there is none.
fn number(input: &impl Input, end: usize) -> usize {
    let digits = (1..end - 2).map(|at| usize::from(input.byte(at).saturating_sub(b'0')));
    digits.fold(0, |number: usize, digit| number.saturating_mul(10).saturating_add(digit))
}
