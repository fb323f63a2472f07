//! What fits on a screen, and what is left out where not all does.

use anstream::adapter::strip_str;

use crate::text::{self, DIM, paint};

/// What the screen is made of, from the top.
#[derive(Default)]
pub(super) struct Body {
    /// Shown as far as there is room.
    pub(super) before: String,
    /// Shown in any case.
    pub(super) kept: String,
    /// Shown as far as there is room.
    pub(super) after: String,
    /// Shown if there is room for all of it.
    pub(super) extra: String,
}

pub(super) fn lines_of(text: &str) -> Vec<String> {
    text.lines().map(str::to_string).collect()
}

/// How many rows these lines take on a screen that breaks them at its edge.
pub(super) fn rows(lines: &[String], width: usize) -> usize {
    lines.iter().map(|line| rows_of(line, width)).sum()
}

fn rows_of(line: &str, width: usize) -> usize {
    textwrap::core::display_width(&strip_str(line).to_string()).div_ceil(width).max(1)
}

/// The lines of this body that fit, and where some do not, one that says how many.
pub(super) fn fit(body: &Body, width: usize, room: usize) -> Vec<String> {
    let mut before = lines_of(&body.before);
    let mut kept = refilled(&body.kept, width);
    let mut after = lines_of(&body.after);
    if rows(&before, width) + rows(&kept, width) + rows(&after, width) <= room {
        before.extend(kept);
        before.extend(after);
        let extra = lines_of(&body.extra);
        if rows(&before, width) + rows(&extra, width) <= room {
            before.extend(extra);
        }
        return before;
    }
    // One row for the line that says so, with an empty one on each side.
    let room = room.saturating_sub(3);
    let mut hidden = cut(&mut kept, width, room);
    let mut left = room - rows(&kept, width);
    hidden += cut(&mut before, width, left);
    left -= rows(&before, width);
    hidden += cut(&mut after, width, left);
    let more = text::count(hidden, "more line");
    let more = paint(DIM, format!("… {more}: press a for all"));
    // It stands where the lines are missing.
    let mut lines = before;
    if body.before.is_empty() {
        lines.extend(kept);
        lines.extend(after);
        lines.extend([String::new(), more]);
    } else {
        lines.extend([String::new(), more, String::new()]);
        lines.extend(kept);
        lines.extend(after);
    }
    lines
}

/// The lines of a text that was wrapped for a wider screen, wrapped for this one.
fn refilled(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for line in text.lines() {
        if rows_of(line, width) == 1 {
            lines.push(line.to_string());
            continue;
        }
        let indent: String = line.chars().take_while(|c| *c == ' ').collect();
        let options = textwrap::Options::new(width)
            .subsequent_indent(&indent)
            .break_words(false)
            .word_splitter(textwrap::WordSplitter::NoHyphenation);
        lines.extend(textwrap::wrap(line, options).into_iter().map(String::from));
    }
    lines
}

/// Leaves the lines that fit into this many rows; says how many went.
fn cut(lines: &mut Vec<String>, width: usize, room: usize) -> usize {
    let mut taken = 0;
    let fits = lines.iter().take_while(|line| {
        taken += rows_of(line, width);
        taken <= room
    });
    let fits = fits.count();
    let gone = lines.len() - fits;
    lines.truncate(fits);
    gone
}
