//! A recording that was made, and where it is kept.

use crate::repo::workspace::Chapter;

/// The recordings of what this tool says, relative to the root of the repository.
pub(super) const TOOL: &str = "scripts/course/recorded";

/// A recording as it has to be.
#[derive(Debug, Clone)]
pub struct Made {
    /// The file, relative to the root of the repository, with `/`.
    pub file: String,
    /// Its content, or why there is none.
    pub content: Result<String, String>,
    /// Whether it holds rustc's words, which are others in every release.
    pub rustc: bool,
}

/// The name of a chapter's recording, relative to the root of the repository.
pub(super) fn recorded(chapter: &Chapter, name: &str) -> String {
    format!("chapters/{}/recorded/{name}", chapter.slug)
}
