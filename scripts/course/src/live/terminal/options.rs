//! What a terminal has to know before it shows anything.

/// What else is under way.
#[derive(Clone, Debug)]
pub struct Options {
    /// Whether saves are seen.
    pub watch: bool,
    /// Where the book is served, if it is.
    pub book: Option<String>,
}
