//! The catalogue of mistakes.

use std::collections::HashSet;

use crate::keep::pages::book::Book;
use crate::keep::pages::problem::Problem;

/// The heading of the part of `mistakes.md` where an entry may do without an id.
const CANNOT_TELL: &str = "When a check cannot tell";

/// Every entry of `mistakes.md` has an id of its own, a short title, and its four
/// paragraphs in order.
pub fn mistakes(book: &Book) -> Vec<Problem> {
    let Some(page) = book.page("book/src/mistakes.md") else {
        let file = "book/src/mistakes.md".to_string();
        return vec![Problem { file, line: 0, what: "there is no such page".into() }];
    };
    let lines: Vec<&str> = page.text.lines().collect();
    let mut problems = Vec::new();
    let mut part = "";
    let mut seen = HashSet::new();
    for (index, heading) in page.marks.headings.iter().enumerate() {
        let mut problem = |what: String| problems.push(page.problem(heading.line, what));
        if heading.level <= 2 {
            part = &heading.text;
        }
        if heading.level != 3 || part == CANNOT_TELL && !heading.explicit {
            continue;
        }
        if !heading.explicit {
            problem(format!("`{}` has no id: `{{#its-name}}`", heading.text));
            continue;
        }
        if !seen.insert(&heading.id) {
            problem(format!("`{}` stands here twice", heading.id));
        }
        let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if !heading.id.chars().all(is_name) {
            problem(format!("`{}` is no name in small letters and dashes", heading.id));
        }
        if heading.text.chars().count() > 60 {
            problem(format!("`{}` is longer than 60 characters", heading.text));
        }
        let end = match page.marks.headings.get(index + 1) {
            Some(next) => next.line - 1,
            None => lines.len(),
        };
        let body = &lines[heading.line..end];
        let mut from = 0;
        for label in ["Belief", "Because", "Instead", "Read"] {
            let opening = format!("**{label}** ");
            match body[from..].iter().position(|line| line.starts_with(&opening)) {
                Some(at) => from += at + 1,
                None => {
                    problem(format!("`{}` has no **{label}** in its place", heading.id));
                }
            }
        }
        let reads = body.iter().filter(|line| line.starts_with("**Read** "));
        if reads.clone().next().is_some()
            && !reads.clone().any(|line| line.contains("]("))
        {
            problem(format!("**Read** of `{}` is no link", heading.id));
        }
    }
    problems
}
