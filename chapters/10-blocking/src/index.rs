use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// The jokes that come with this chapter.
pub const JOKES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/jokes.txt");

// ANCHOR: index
/// Where each joke stands in a file whose jokes are separated by dashed lines.
///
/// The file is expected not to change while the server runs.
#[derive(Debug)]
pub struct Index {
    path: PathBuf,
    jokes: Vec<Range<usize>>, // lines of the file, counted from 0
    picks: AtomicU64,
}

impl Index {
    /// Reads the file once. It blocks: call it before there are clients.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, is not UTF-8, or has no joke in it.
    pub fn open(path: impl AsRef<Path>, seed: u64) -> io::Result<Index> {
        let path = path.as_ref();
        let jokes = find(&fs::read_to_string(path)?);
        if jokes.is_empty() {
            return Err(io::Error::other(format!("no joke in {}", path.display())));
        }
        Ok(Index { path: path.into(), jokes, picks: AtomicU64::new(seed) })
    }

    /// The lines of a joke. With the same seed, the same jokes come in the same order.
    pub fn pick(&self) -> Range<usize> {
        let pick = self.picks.fetch_add(1, Ordering::Relaxed);
        self.jokes[(scatter(pick) % self.jokes.len() as u64) as usize].clone()
    }

    /// The given lines, one after another. Opening the file blocks, and so does every `next`.
    ///
    /// # Errors
    ///
    /// If the file cannot be opened.
    pub fn lines(
        &self,
        lines: Range<usize>,
    ) -> io::Result<impl Iterator<Item = io::Result<String>> + Send + 'static> {
        // ANCHOR: lines
        let file = BufReader::new(File::open(&self.path)?);
        Ok(file.lines().skip(lines.start).take(lines.len()))
        // ANCHOR_END: lines
    }
}
// ANCHOR_END: index

impl Index {
    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The lines of every joke.
    pub fn jokes(&self) -> &[Range<usize>] {
        &self.jokes
    }
}

// ANCHOR: cache
/// All lines of a file, in memory, and where each joke stands among them.
#[derive(Debug)]
pub struct Cache {
    index: Index,
    lines: Vec<String>,
}

impl Cache {
    /// Reads the file. It blocks: call it before there are clients, or on the blocking pool.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, is not UTF-8, or has no joke in it.
    pub fn open(path: impl AsRef<Path>, seed: u64) -> io::Result<Cache> {
        let index = Index::open(path, seed)?;
        let lines = index.lines(0..usize::MAX)?.map(|line| Ok(line? + "\n"));
        Ok(Cache { lines: lines.collect::<io::Result<_>>()?, index })
    }

    /// A joke, in the order of [`Index::pick`].
    pub fn pick(&self) -> String {
        self.lines[self.index.pick()].concat()
    }
}
// ANCHOR_END: cache

/// The ranges between dashed lines, without those that hold nothing.
fn find(text: &str) -> Vec<Range<usize>> {
    let dashed = |line: &str| line.len() >= 3 && line.bytes().all(|byte| byte == b'-');
    let mut jokes = Vec::new();
    let (mut start, mut end, mut words) = (0, 0, false);
    for line in text.lines() {
        if dashed(line.trim_end()) {
            if words {
                jokes.push(start..end);
            }
            (start, words) = (end + 1, false);
        }
        words |= !line.trim().is_empty() && !dashed(line.trim_end());
        end += 1;
    }
    if words {
        jokes.push(start..end);
    }
    jokes
}

/// A number that looks random, always the same for the same `n` (SplitMix64's last steps).
fn scatter(n: u64) -> u64 {
    let mut z = n.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jokes_stand_between_dashed_lines() {
        assert_eq!(find("a\nb\n---\nc\n"), [0..2, 3..4]);
        assert_eq!(find("a\r\n-----\r\n\r\nb\r\n"), [0..1, 2..4]);
    }

    #[test]
    fn an_empty_joke_is_none() {
        assert_eq!(find("---\n---\n\n---\na"), std::slice::from_ref(&(4..5)));
        assert!(find("").is_empty());
        assert!(find("---\n").is_empty());
    }

    #[test]
    fn two_dashes_are_part_of_a_joke() {
        assert_eq!(find("--\na -- b\n- - -\n"), std::slice::from_ref(&(0..3)));
    }

    #[test]
    fn the_same_seed_gives_the_same_jokes() {
        let one = Index::open(JOKES, 7).unwrap();
        let other = Index::open(JOKES, 7).unwrap();
        let picks = |index: &Index| (0..100).map(|_| index.pick()).collect::<Vec<_>>();
        assert_eq!(picks(&one), picks(&other));
    }

    #[test]
    fn a_file_that_is_not_there_is_an_error() {
        assert!(Index::open("there/is/no/such/file", 0).is_err());
        assert!(Cache::open("there/is/no/such/file", 0).is_err());
    }

    #[test]
    fn the_cache_tells_what_the_file_says() {
        let (index, cache) =
            (Index::open(JOKES, 7).unwrap(), Cache::open(JOKES, 7).unwrap());
        for _ in 0..100 {
            let lines = index.lines(index.pick()).unwrap();
            let joke: String = lines.map(|line| line.unwrap() + "\n").collect();
            assert_eq!(cache.pick(), joke);
        }
    }
}
