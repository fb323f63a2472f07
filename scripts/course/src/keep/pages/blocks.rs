//! Blocks that show a recording where includes do not work.

use std::ops::Range;

use crate::patterns::patterns;

patterns! {
    RECORDED = r"^<!--\s*recorded:\s*(\S+)\s*-->\s*$";
}

/// A block that shows a recording where includes do not work, as in `README.md`:
/// `<!-- recorded: PATH -->`, then a `text` fence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedBlock {
    /// The line of the comment.
    pub line: usize,
    /// The recording, relative to the root of the repository.
    pub path: String,
    /// The bytes between the fences.
    pub content: Range<usize>,
}

/// The recorded blocks of a text, and comments that no `text` fence follows.
pub fn recorded_blocks(text: &str) -> (Vec<RecordedBlock>, Vec<usize>) {
    let (mut blocks, mut lonely) = (Vec::new(), Vec::new());
    let mut offset = 0;
    let mut lines = text.split_inclusive('\n').enumerate().peekable();
    while let Some((index, line)) = lines.next() {
        offset += line.len();
        let Some(comment) = RECORDED.captures(line.trim_end()) else { continue };
        let opening = lines.peek().filter(|(_, next)| next.trim_end() == "```text");
        let Some((_, opening)) = opening else {
            lonely.push(index + 1);
            continue;
        };
        let start = offset + opening.len();
        let Some(length) = text[start..].find("```") else {
            lonely.push(index + 1);
            continue;
        };
        let path = comment[1].to_string();
        blocks.push(RecordedBlock {
            line: index + 1,
            path,
            content: start..start + length,
        });
    }
    (blocks, lonely)
}
