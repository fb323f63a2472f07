//! The files of the repository, and the marks in them by which the book finds their parts.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::patterns::patterns;

/// Every file below a folder that is part of the repository, in order.
pub fn text_files(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![dir.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let entries =
            fs::read_dir(&folder).with_context(|| folder.display().to_string())?;
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let is_hidden = name.starts_with('.') && name != ".ci" && name != ".cargo";
            let is_built = folder == dir && (name == "target" || name == "Cargo.lock")
                || entry.path().ends_with("book/book");
            if is_hidden || is_built {
                continue;
            }
            match entry.file_type()? {
                kind if kind.is_dir() => folders.push(entry.path()),
                kind if kind.is_file() => files.push(entry.path()),
                _ => {}
            }
        }
    }
    files.sort();
    Ok(files)
}

/// The `.rs` files of a folder, by name; none if there is no such folder.
pub fn rust_files(dir: &Path) -> Result<Vec<PathBuf>> {
    if !dir.is_dir() {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).with_context(|| dir.display().to_string())? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

patterns! {
    pub(crate) ANCHOR = r"ANCHOR:\s*([\w-]+)";
    pub(crate) ANCHOR_END = r"ANCHOR_END:\s*([\w-]+)";
}

/// Whether mdBook takes this line for the edge of an anchor.
pub fn is_anchor(line: &str) -> bool {
    ANCHOR.is_match(line) || ANCHOR_END.is_match(line)
}

/// A source without the lines by which the book finds its parts.
pub fn without_anchors(source: &str) -> String {
    source.split_inclusive('\n').filter(|line| !is_anchor(line)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_are_no_part_of_a_diff() {
        assert_eq!(without_anchors("// ANCHOR: a\nx\n// ANCHOR_END: a\ny\n"), "x\ny\n");
    }
}
