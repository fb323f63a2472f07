//! The book's pages, read once.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::keep::pages::markdown::Marks;
use crate::keep::pages::problem::Problem;
use crate::repo::paths::shown;
use crate::repo::sources::text_files;
use crate::repo::workspace::Chapter;

/// One Markdown file, read once.
#[derive(Debug)]
pub struct Page {
    /// Relative to the root of the repository, with `/`: `book/src/preface.md`.
    pub file: String,
    /// The folder it is in, absolute.
    pub dir: PathBuf,
    /// Its text.
    pub text: String,
    /// What its Markdown says.
    pub marks: Marks,
}

impl Page {
    fn read(root: &Path, path: &Path) -> Result<Page> {
        let text =
            fs::read_to_string(path).with_context(|| path.display().to_string())?;
        let dir = path.parent().expect("a file is in a folder").to_path_buf();
        Ok(Page { file: shown(root, path), dir, marks: Marks::of(&text), text })
    }

    pub(crate) fn problem(&self, line: usize, what: impl Into<String>) -> Problem {
        Problem { file: self.file.clone(), line, what: what.into() }
    }
}

/// The book, and the Markdown around it.
#[derive(Debug)]
pub struct Book {
    /// The root of the repository.
    pub root: PathBuf,
    /// The text of `SUMMARY.md`.
    pub summary: String,
    /// Every page below `book/src`, without the summary.
    pub pages: Vec<Page>,
    /// Markdown that is no page: `README.md`, hints.
    pub others: Vec<Page>,
}

impl Book {
    /// Reads the book of the repository with this root.
    pub fn open(root: &Path) -> Result<Book> {
        let src = root.join("book/src");
        let summary_file = src.join("SUMMARY.md");
        let summary = fs::read_to_string(&summary_file)
            .with_context(|| summary_file.display().to_string())?;
        let (mut pages, mut others) = (Vec::new(), Vec::new());
        for path in text_files(root)? {
            if path.extension().is_none_or(|extension| extension != "md")
                || path == summary_file
            {
                continue;
            }
            let list = if path.starts_with(&src) { &mut pages } else { &mut others };
            list.push(Page::read(root, &path)?);
        }
        Ok(Book { root: root.to_path_buf(), summary, pages, others })
    }

    pub(crate) fn page(&self, file: &str) -> Option<&Page> {
        self.pages.iter().find(|page| page.file == file)
    }

    /// The first reading of a chapter.
    pub(crate) fn first_reading(&self, chapter: &Chapter) -> Option<&Page> {
        self.page(&shown(&self.root, &self.root.join(chapter.page())))
    }

    pub(crate) fn everything(&self) -> impl Iterator<Item = &Page> {
        self.pages.iter().chain(&self.others)
    }
}
