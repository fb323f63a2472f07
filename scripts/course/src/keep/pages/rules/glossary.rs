//! The glossary.

use std::collections::BTreeMap;

use crate::keep::pages::book::Book;
use crate::keep::pages::problem::Problem;

/// No term is explained twice in the glossary.
pub fn glossary(book: &Book) -> Vec<Problem> {
    let Some(page) = book.page("book/src/glossary.md") else {
        let file = "book/src/glossary.md".to_string();
        return vec![Problem { file, line: 0, what: "there is no such page".into() }];
    };
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut problems = Vec::new();
    for (line, term) in &page.marks.terms {
        if let Some(before) = seen.insert(term.to_lowercase(), *line) {
            let what = format!("`{term}` is explained in line {before} already");
            problems.push(page.problem(*line, what));
        }
    }
    problems
}
