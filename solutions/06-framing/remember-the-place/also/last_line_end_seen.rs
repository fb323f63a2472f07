//! Looks for `\n` and then one byte back: the search needs no step back at the end of a piece.

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
    searched: usize,
    /// How many lines are missing, once that is known.
    missing: Option<usize>,
}

impl Scanner {
    /// A scanner at the start of an array.
    pub fn new() -> Scanner {
        Scanner::default()
    }

    /// Where the array at the start of the input ends, if all of it is there.
    pub fn scan(&mut self, input: &impl Input) -> Option<usize> {
        while self.searched < input.len() {
            let at = self.searched;
            self.searched += 1;
            if at == 0 || input.byte(at) != b'\n' || input.byte(at - 1) != b'\r' {
                continue;
            }
            let missing = match self.missing {
                Some(missing) => missing - 1,
                None => (1..at - 1).fold(0, |number: usize, at| {
                    let digit = usize::from(input.byte(at).saturating_sub(b'0'));
                    number.saturating_mul(10).saturating_add(digit)
                }),
            };
            self.missing = Some(missing);
            if missing == 0 {
                return Some(std::mem::take(self).searched);
            }
        }
        None
    }
}
