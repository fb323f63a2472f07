//! Where the book is served.

/// The address of the served book, with the key that lets a browser in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// `http://127.0.0.1:3000`
    pub origin: String,
    /// What tells the reader's browser from those of others on this machine.
    pub key: String,
}

impl Address {
    /// Where the book begins.
    pub fn book(&self) -> String {
        self.page("")
    }

    /// Where a page of the book is, given its path: `03-shared-state.html`.
    pub fn page(&self, path: &str) -> String {
        format!("{}/{path}?key={}", self.origin, self.key)
    }
}
