//! What fits on a screen, and what is left out where not all does.

use anstream::adapter::strip_str;

use crate::text::{self, DIM, paint};

/// What the screen is made of, from the top.
#[derive(Default)]
pub(super) struct Body {
    parts: Vec<Part>,
    /// Shown below the rest if there is room for all of it.
    extra: String,
}

struct Part {
    rank: Rank,
    text: String,
    /// What stands in its place where there is no room for all parts.
    short: Option<String>,
    /// Whether its lines may be broken elsewhere: the compiler's may not.
    is_prose: bool,
}

/// Which part gets its room first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// What a reader needs.
    First,
    /// What a reader wants.
    Second,
    /// What is good to have.
    Third,
}

impl Part {
    /// The lines of this part's text, or of its shorter one.
    fn lines(&self, text: &str, width: usize) -> Vec<String> {
        let text = text::harmless(text);
        if self.is_prose { refilled(&text, width) } else { lines_of(&text) }
    }
}

impl Body {
    /// Adds prose below what is there.
    pub(super) fn with(mut self, rank: Rank, text: impl Into<String>) -> Body {
        self.parts.push(Part { rank, text: text.into(), short: None, is_prose: true });
        self
    }

    /// The same, of prose that has a shorter form.
    pub(super) fn with_short(mut self, rank: Rank, text: String, short: String) -> Body {
        self.parts.push(Part { rank, text, short: Some(short), is_prose: true });
        self
    }

    /// Adds words below what is there whose lines stay as they are.
    pub(super) fn with_words(mut self, rank: Rank, text: impl Into<String>) -> Body {
        self.parts.push(Part { rank, text: text.into(), short: None, is_prose: false });
        self
    }

    /// Adds what stands below the rest if there is room for all of it.
    pub(super) fn with_extra(mut self, text: String) -> Body {
        self.extra = text;
        self
    }

    /// All of it but the extra, as long as it is.
    pub(super) fn all(&self) -> String {
        text::harmless(
            &self.parts.iter().map(|part| part.text.as_str()).collect::<String>(),
        )
    }
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
    let whole = body.parts.iter().flat_map(|part| part.lines(&part.text, width));
    let mut all: Vec<String> = whole.collect();
    if rows(&all, width) <= room {
        let extra = lines_of(&text::harmless(&body.extra));
        if rows(&all, width) + rows(&extra, width) <= room {
            all.extend(extra);
        }
        return all;
    }
    // One row for the line that says so, with an empty one on each side.
    let mut left = room.saturating_sub(3);
    let mut shown: Vec<Vec<String>> = vec![Vec::new(); body.parts.len()];
    let mut missing = None;
    let mut hidden = 0;
    let mut ranked: Vec<(usize, &Part)> = body.parts.iter().enumerate().collect();
    ranked.sort_by_key(|(_, part)| part.rank);
    for (index, part) in ranked {
        let total = part.lines(&part.text, width).len();
        let mut kept = part.lines(part.short.as_ref().unwrap_or(&part.text), width);
        cut(&mut kept, width, left);
        left -= rows(&kept, width);
        let gone = total.saturating_sub(kept.len());
        if gone > 0 {
            hidden += gone;
            missing = Some(missing.map_or(index, |first: usize| first.min(index)));
        }
        shown[index] = kept;
    }
    let more = text::count(hidden, "more line");
    let more = paint(DIM, format!("… {more}: press a for all"));
    // It stands where the first lines are missing.
    let mut lines: Vec<String> = Vec::new();
    for (index, part) in shown.into_iter().enumerate() {
        lines.extend(part);
        if missing == Some(index) {
            if lines.last().is_some_and(|line| !line.is_empty()) {
                lines.push(String::new());
            }
            lines.extend([more.clone(), String::new()]);
        }
    }
    if lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}

/// The lines of a text that was wrapped for a wider screen, wrapped for this one.
pub(super) fn refilled(text: &str, width: usize) -> Vec<String> {
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

/// Leaves the lines that fit into this many rows.
fn cut(lines: &mut Vec<String>, width: usize, room: usize) {
    let mut taken = 0;
    let fits = lines.iter().take_while(|line| {
        taken += rows_of(line, width);
        taken <= room
    });
    let fits = fits.count();
    lines.truncate(fits);
}
