//! What a terminal has to know before it shows anything.

use std::sync::Arc;

use crate::learn::address::Address;
use crate::learn::editor::Editor;

/// What else is under way.
#[derive(Clone, Debug)]
pub struct Options {
    /// Whether saves are seen.
    pub watch: bool,
    /// Where the book is served, if it is.
    pub book: Option<Address>,
    /// What opens an exercise, if the reader has named an editor.
    pub editor: Option<Arc<Editor>>,
}
