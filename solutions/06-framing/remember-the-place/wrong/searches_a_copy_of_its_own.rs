//! mistake: copied-the-input
//! Every byte is looked at once, and then it is in a vector, where looking is not counted. The vector is searched from its
//! start with every call: as much work as before, and twice the memory.

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
    seen: Vec<u8>,
}

impl Scanner {
    /// A scanner at the start of an array.
    pub fn new() -> Scanner {
        Scanner::default()
    }

    /// Where the array at the start of the input ends, if all of it has arrived.
    pub fn scan(&mut self, input: &impl Input) -> Option<usize> {
        self.seen.extend((self.seen.len()..input.len()).map(|at| input.byte(at)));
        let pairs = self.seen.windows(2).enumerate();
        let mut ends = pairs.filter(|(_, pair)| pair == b"\r\n").map(|(at, _)| at + 2);
        let first = ends.next()?;
        let digits = std::str::from_utf8(&self.seen[1..first - 2]).ok()?;
        let end = match digits.parse().unwrap_or(0) {
            0usize => first,
            lines => ends.nth(lines - 1)?,
        };
        self.seen.clear();
        Some(end)
    }
}
