//! Output outside the book.

use std::fs;

use crate::keep::pages::blocks::recorded_blocks;
use crate::keep::pages::book::Book;
use crate::keep::pages::problem::Problem;

/// Every recorded block outside the book equals its recording, and `README.md` shows no
/// output but such blocks.
pub fn recorded_in_readme(book: &Book) -> Vec<Problem> {
    let mut problems = Vec::new();
    for page in &book.others {
        let (blocks, lonely) = recorded_blocks(&page.text);
        for line in lonely {
            problems.push(page.problem(line, "no ```text block follows this comment"));
        }
        for block in &blocks {
            match fs::read_to_string(book.root.join(&block.path)) {
                Err(_) => {
                    let what = format!("there is no recording `{}`", block.path);
                    problems.push(page.problem(block.line, what));
                }
                Ok(recorded) if recorded != page.text[block.content.clone()] => {
                    let what = format!(
                        "the block differs from {}; `cargo course record` mends it",
                        block.path
                    );
                    problems.push(page.problem(block.line, what));
                }
                Ok(_) => {}
            }
        }
        if page.file == "README.md" {
            let typed = page.marks.fences.iter().filter(|fence| {
                fence.kind == "text"
                    && !blocks.iter().any(|block| block.line + 1 == fence.line)
            });
            for fence in typed {
                let what =
                    "output typed by hand: put `<!-- recorded: PATH -->` before it";
                problems.push(page.problem(fence.line, what));
            }
        }
    }
    problems
}
