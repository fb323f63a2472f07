//! No positions of lines at all: a machine that is fed byte after byte, and is in one of a few states.

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
    /// How many bytes the machine has been fed.
    fed: usize,
    /// The last byte was a `\r`.
    after_cr: bool,
    /// The number in the first line, as far as it is known.
    announced: usize,
    /// Line ends seen.
    ends: usize,
}

impl Scanner {
    /// A scanner at the start of an array.
    pub fn new() -> Scanner {
        Scanner::default()
    }

    /// Where the array at the start of the input ends, if all of it is there.
    pub fn scan(&mut self, input: &impl Input) -> Option<usize> {
        while self.fed < input.len() {
            let byte = input.byte(self.fed);
            self.fed += 1;
            match byte {
                b'\n' if self.after_cr => self.ends += 1,
                b'0'..=b'9' if self.ends == 0 => {
                    let digit = usize::from(byte - b'0');
                    self.announced =
                        self.announced.saturating_mul(10).saturating_add(digit);
                }
                _ => {}
            }
            self.after_cr = byte == b'\r';
            if self.ends > self.announced {
                return Some(std::mem::take(self).fed);
            }
        }
        None
    }
}
