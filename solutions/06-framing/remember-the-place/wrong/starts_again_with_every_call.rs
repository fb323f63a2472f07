//! mistake: reparse-from-zero
//! "Nothing is kept between the calls, so nothing can go wrong between them." And every call pays for all the calls
//! before it.

/// The bytes that have arrived and have not been taken.
pub trait Input {
    /// How many there are.
    fn len(&self) -> usize;

    /// One of them. Somebody counts.
    fn byte(&self, at: usize) -> u8;
}

/// Finds the end of an array of lines.
#[derive(Debug, Default)]
pub struct Scanner {}

impl Scanner {
    /// A scanner at the start of an array.
    pub fn new() -> Scanner {
        Scanner::default()
    }

    /// Where the array at the start of the input ends, if all of it is there.
    pub fn scan(&mut self, input: &impl Input) -> Option<usize> {
        let mut at = line_end(input, 0)?;
        let lines = number(input, at);
        for _ in 0..lines {
            at = line_end(input, at)?;
        }
        Some(at)
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
