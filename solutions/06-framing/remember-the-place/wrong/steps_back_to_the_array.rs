//! mistake: reparse-from-zero
//! Remembers the place, and gives it up as soon as something is missing: "then the array has to be looked at again as a whole".

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
    at: usize,
}

impl Scanner {
    /// A scanner at the start of an array.
    pub fn new() -> Scanner {
        Scanner::default()
    }

    /// Where the array at the start of the input ends, if all of it is there.
    pub fn scan(&mut self, input: &impl Input) -> Option<usize> {
        let whole = self.walk(input);
        let end = self.at;
        self.at = 0;
        whole.then_some(end)
    }

    fn walk(&mut self, input: &impl Input) -> bool {
        let Some(first) = self.line(input) else { return false };
        (0..first).all(|_| self.line(input).is_some())
    }

    /// Moves past the line, and returns the number in it.
    fn line(&mut self, input: &impl Input) -> Option<usize> {
        let mut number = 0usize;
        for at in self.at..input.len().saturating_sub(1) {
            match (input.byte(at), input.byte(at + 1)) {
                (b'\r', b'\n') => {
                    self.at = at + 2;
                    return Some(number);
                }
                (digit @ b'0'..=b'9', _) => {
                    let digit = usize::from(digit - b'0');
                    number = number.saturating_mul(10).saturating_add(digit);
                }
                _ => {}
            }
        }
        None
    }
}
