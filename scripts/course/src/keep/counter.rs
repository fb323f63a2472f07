//! How far a long job is.

use std::io::{IsTerminal, Write, stderr};

/// A line that tells how far a long job is; silent where nobody watches.
pub(crate) struct Counter {
    what: &'static str,
    all: usize,
}

impl Counter {
    pub(crate) fn new(what: &'static str, all: usize) -> Counter {
        let counter = Counter { what, all };
        counter.at(0);
        counter
    }

    pub(crate) fn at(&self, done: usize) {
        if stderr().is_terminal() && self.all > 0 {
            let _ = write!(stderr(), "\r\x1b[K{} {done}/{}", self.what, self.all);
        }
    }
}

impl Drop for Counter {
    fn drop(&mut self) {
        if stderr().is_terminal() && self.all > 0 {
            let _ = write!(stderr(), "\r\x1b[K");
        }
    }
}
