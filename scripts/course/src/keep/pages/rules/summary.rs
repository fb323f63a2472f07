//! `SUMMARY.md` and the pages.

use std::collections::BTreeMap;

use crate::keep::pages::book::Book;
use crate::keep::pages::problem::Problem;
use crate::patterns::patterns;
use crate::repo::paths::numbered;

patterns! {
    SUMMARY_LINK = r"\[[^\]]*\]\(([^)]*)\)";
}

/// `SUMMARY.md` lists every page, once, and every listed file exists.
pub fn summary(book: &Book) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut listed = BTreeMap::new();
    let mut problem = |line, what: String| {
        problems.push(Problem { file: "book/src/SUMMARY.md".into(), line, what });
    };
    for (number, line) in numbered(&book.summary) {
        for link in SUMMARY_LINK.captures_iter(line) {
            let file = format!("book/src/{}", &link[1]);
            if link[1].is_empty() {
                problem(number, "a chapter without a file".into());
            } else if listed.insert(file.clone(), number).is_some() {
                problem(number, format!("`{}` is listed twice", &link[1]));
            } else if book.page(&file).is_none() {
                problem(number, format!("`{}` does not exist", &link[1]));
            }
        }
    }
    for page in &book.pages {
        if !listed.contains_key(&page.file) {
            problems.push(page.problem(0, "SUMMARY.md does not list this page"));
        }
    }
    problems
}
