//! Where pages say that a timeline can be drawn.

use crate::keep::pages::book::Book;
use crate::keep::pages::problem::Problem;
use crate::repo::workspace::Course;

/// The first chapter that says so. Before, a reader does not know yet what is drawn.
const FROM: u32 = 4;

/// From chapter 04 on, a page says once that `cargo course timeline` draws its program.
pub fn timeline(book: &Book, course: &Course) -> Vec<Problem> {
    let mut problems = Vec::new();
    for chapter in course.chapters.iter().filter(|one| one.number >= FROM) {
        let Some(page) = book.first_reading(chapter) else { continue };
        let command = format!("cargo course timeline {}", chapter.slug);
        let inline = page.marks.code.iter().map(|(line, code)| (*line, code.as_str()));
        let typed = page.marks.fences.iter().filter(|fence| fence.kind == "console");
        let typed = typed.flat_map(|fence| {
            fence.content.lines().map(|line| (fence.line, line.trim_start_matches("$ ")))
        });
        let said: Vec<usize> = inline
            .chain(typed)
            .filter(|(_, code)| *code == command)
            .map(|(line, _)| line)
            .collect();
        match said[..] {
            [_] => {}
            [] => problems.push(page.problem(0, format!("nothing says `{command}`"))),
            [_, again, ..] => {
                problems.push(page.problem(again, format!("`{command}` again")));
            }
        }
    }
    problems
}
