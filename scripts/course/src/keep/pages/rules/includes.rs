//! What pages include.

use crate::keep::pages::book::Book;
use crate::keep::pages::problem::Problem;
use crate::repo::include::{DIRECTIVE, Included};
use crate::repo::paths::numbered;

/// Every include names a file of the repository, and an anchor or lines that are there and
/// not empty; none shows `ANCHOR` lines, and none rests on a file that readers edit.
pub fn includes(book: &Book) -> Vec<Problem> {
    let mut problems = Vec::new();
    for page in &book.pages {
        for (line, text) in numbered(&page.text) {
            for directive in DIRECTIVE.captures_iter(text) {
                if directive.get(1).is_some() || &directive[2] == "title" {
                    continue;
                }
                if &directive[2] != "include" {
                    let what =
                        format!("`#{}` is none of the directives we use", &directive[2]);
                    problems.push(page.problem(line, what));
                } else if let Err(what) =
                    Included::read(&book.root, &page.dir, &directive[3])
                {
                    problems.push(page.problem(line, what));
                }
            }
        }
    }
    problems
}
