//! Rules that judge a line alone, over every text of the repository.

use std::fs;
use std::path::Path;

use anyhow::Result;

use crate::keep::pages::problem::Problem;
use crate::repo::paths::{numbered, shown};
use crate::repo::sources::text_files;

/// What `judge` has against lines of text files.
pub(crate) fn in_text_files(
    root: &Path,
    judge: impl Fn(&Path, &str) -> Option<String>,
) -> Result<Vec<Problem>> {
    let mut problems = Vec::new();
    for path in text_files(root)? {
        // A file that is not UTF-8 is no text.
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let file = shown(root, &path);
        for (line, words) in numbered(&text) {
            if let Some(what) = judge(&path, words) {
                problems.push(Problem { file: file.clone(), line, what });
            }
        }
    }
    Ok(problems)
}
