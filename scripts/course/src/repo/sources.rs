//! The files of the repository, and the marks in them by which the book finds their parts.

use std::collections::BTreeSet;
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

/// The files that a page names in a paragraph of their own, as it does above an excerpt: relative to
/// the root, with `/`, in order.
pub fn files_named(root: &Path) -> BTreeSet<String> {
    let pages = text_files(&root.join("book/src")).unwrap_or_default();
    let pages =
        pages.iter().filter(|path| path.extension().is_some_and(|one| one == "md"));
    let mut named = BTreeSet::new();
    for page in pages.filter_map(|path| fs::read_to_string(path).ok()) {
        let names =
            page.lines().filter_map(|line| line.strip_prefix('`')?.strip_suffix('`'));
        named.extend(names.filter(|name| is_inside(root, name)).map(str::to_string));
    }
    named
}

/// Whether this path, with `/`, leads to a file of the repository, and neither around nor out of it.
fn is_inside(root: &Path, path: &str) -> bool {
    let plain = |part: &str| {
        !part.is_empty() && !part.starts_with('.') && !part.contains(['\\', ':'])
    };
    path.contains('/') && path.split('/').all(plain) && root.join(path).is_file()
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
    fn a_file_is_named_by_a_page_and_inside_of_the_repository() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("root");
        fs::create_dir_all(root.join("book/src")).unwrap();
        fs::create_dir_all(root.join("chapters/.hidden")).unwrap();
        for file in ["chapters/a.rs", "chapters/b.rs", "chapters/.hidden/c.rs", "../d.rs"]
        {
            fs::write(root.join(file), "").unwrap();
        }
        let page = "`chapters/a.rs`\n\nSee `chapters/b.rs`.\n\n`chapters/.hidden/c.rs`\n\n\
                    `../d.rs`\n\n`chapters/../../d.rs`\n\n`chapters/gone.rs`\n\n`chapters`\n";
        fs::write(root.join("book/src/page.md"), page).unwrap();
        let named: Vec<String> = files_named(&root).into_iter().collect();
        assert_eq!(named, ["chapters/a.rs"]);
    }

    #[test]
    fn anchors_are_no_part_of_a_diff() {
        assert_eq!(without_anchors("// ANCHOR: a\nx\n// ANCHOR_END: a\ny\n"), "x\ny\n");
    }
}
