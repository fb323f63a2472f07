//! The stages, line by line.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::keep::pages::book::Book;
use crate::keep::pages::problem::Problem;
use crate::patterns::patterns;
use crate::repo::include::{DIRECTIVE, Included};
use crate::repo::paths::{numbered, shown};
use crate::repo::sources::{is_anchor, text_files};
use crate::repo::workspace::Course;

patterns! {
    NO_CODE = r"^[\s)\]};,?]*$";
}

/// The stage of a chapter: the page that explains it, and its files.
#[derive(Debug, Clone)]
pub struct Stage {
    /// Relative to the root: `book/src/02-spawning.md`.
    pub page: String,
    /// Absolute paths.
    pub files: Vec<PathBuf>,
}

impl Stage {
    /// The stages of this course.
    pub fn all(course: &Course) -> Result<Vec<Stage>> {
        let mut stages = Vec::new();
        for chapter in &course.chapters {
            let examples = &chapter.examples;
            let Some(stage) = examples.iter().find(|one| one.name == chapter.slug) else {
                continue;
            };
            let files = match stage.path.ends_with("main.rs") {
                true => text_files(stage.path.parent().expect("a file has a folder"))?,
                false => vec![stage.path.clone()],
            };
            let page = shown(&course.root, &course.root.join(chapter.page()));
            stages.push(Stage { page, files });
        }
        Ok(stages)
    }
}

/// How every stage takes its `println!` from `probe`: the same in all of them, and no part of what one teaches.
const PRINTING: &str = "use probe::";

/// Every line of a stage is shown on its chapter's page, and shown once. Blank lines, lines
/// of closing brackets alone, `ANCHOR` lines and the [`PRINTING`] line do not count.
pub fn stages(book: &Book, stages: &[Stage]) -> Result<Vec<Problem>> {
    let mut problems = Vec::new();
    for stage in stages {
        let Some(page) = book.page(&stage.page) else {
            let what = "the chapter has no page".to_string();
            problems.push(Problem { file: stage.page.clone(), line: 0, what });
            continue;
        };
        // File, line in it -> the lines of the page that show it.
        let mut shown_at: BTreeMap<(PathBuf, usize), Vec<usize>> = BTreeMap::new();
        for fence in page.marks.fences.iter().filter(|fence| fence.kind == "rust") {
            for include in DIRECTIVE.captures_iter(&fence.content) {
                let Ok(included) = Included::read(&book.root, &page.dir, &include[3])
                else {
                    continue;
                };
                for (number, _) in included.lines {
                    let key = (included.file.clone(), number);
                    shown_at.entry(key).or_default().push(fence.line);
                }
            }
        }
        for file in &stage.files {
            let text =
                fs::read_to_string(file).with_context(|| file.display().to_string())?;
            let name = shown(&book.root, file);
            let mut missing: Vec<usize> = Vec::new();
            for (number, line) in numbered(&text) {
                if NO_CODE.is_match(line) || is_anchor(line) || line.starts_with(PRINTING)
                {
                    continue;
                }
                match shown_at.get(&(file.clone(), number)).map(Vec::as_slice) {
                    None | Some([]) => missing.push(number),
                    Some([_]) => {}
                    Some(lines) => problems.push(Problem {
                        file: name.clone(),
                        line: number,
                        what: format!(
                            "`{}` is shown {} times, at lines {lines:?} of {}",
                            line.trim(),
                            lines.len(),
                            page.file
                        ),
                    }),
                }
            }
            let lines: Vec<&str> = text.lines().collect();
            for run in runs(&missing, &lines) {
                let what = match run.len() {
                    1 => format!("{} does not show this line", page.file),
                    _ => format!(
                        "{} does not show lines {}-{}",
                        page.file,
                        run[0],
                        run[run.len() - 1]
                    ),
                };
                let what = format!("{what}: `{}`", lines[run[0] - 1].trim());
                problems.push(Problem { file: name.clone(), line: run[0], what });
            }
        }
    }
    Ok(problems)
}

/// Neighboring numbers together; lines that carry nothing do not part them.
fn runs<'n>(numbers: &'n [usize], lines: &[&str]) -> Vec<&'n [usize]> {
    numbers
        .chunk_by(|a, b| {
            let between = &lines[*a..*b - 1];
            between.iter().all(|line| NO_CODE.is_match(line) || is_anchor(line))
        })
        .collect()
}
