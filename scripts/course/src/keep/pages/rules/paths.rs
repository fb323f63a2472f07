//! Paths of the repository that a text names.

use crate::keep::pages::book::Book;
use crate::keep::pages::problem::Problem;
use crate::patterns::patterns;

patterns! {
    REPOSITORY_PATH = r"^(?:chapters|solutions|book|scripts|\.ci|\.cargo)/[\w./-]+$";
}

/// Every path of the repository that a text names in inline code exists. `NN` stands for any
/// chapter.
pub fn paths(book: &Book) -> Vec<Problem> {
    let mut problems = Vec::new();
    for page in book.everything() {
        for (line, code) in &page.marks.code {
            if REPOSITORY_PATH.is_match(code)
                && !code.contains("NN")
                && !book.root.join(code).exists()
            {
                problems.push(page.problem(*line, format!("there is no `{code}`")));
            }
        }
    }
    problems
}
