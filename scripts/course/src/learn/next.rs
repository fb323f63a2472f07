//! What to do next.

use std::fs;

use crate::learn::address::Address;
use crate::repo::workspace::{Course, Exercise};
use crate::text::{self, BOLD};

/// An exercise in words, in parts, since a small screen has no room for all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    /// Its title, its name, and how long it takes.
    pub heading: String,
    /// What it is about.
    pub story: String,
    /// Where to read, and what to edit.
    pub places: String,
}

impl Told {
    /// All of it.
    pub fn all(&self) -> String {
        format!("{}{}{}", self.heading, self.story, self.places)
    }
}

/// An exercise to do next: its story, and where to read, to edit and to check.
pub fn told(course: &Course, next: &Exercise, book: Option<&Address>) -> Told {
    let mut told = story(course, next, book);
    told.places += &text::fact("check", &format!("cargo course check {}", next.name));
    told
}

/// An exercise: its story, and where to read and to edit.
pub fn story(course: &Course, next: &Exercise, book: Option<&Address>) -> Told {
    let heading = format!(
        "{BOLD}Next: {}{BOLD:#} ({}, {})\n",
        next.title,
        next.name,
        text::count(next.minutes as usize, "minute")
    );
    let story = text::fact_in_markdown("story", &header(next));
    let chapter = course.chapter_of(next);
    let page = match book {
        Some(book) => book.page(&format!("{}.html", chapter.slug)),
        None => chapter.page().display().to_string(),
    };
    let places =
        text::fact("read", &page) + &text::fact("edit", &course.shown(&next.file));
    Told { heading, story, places }
}

/// The story that opens the exercise: all of its header but the title and the command, which stand
/// around it anyway.
fn header(exercise: &Exercise) -> String {
    let source = fs::read_to_string(exercise.stub())
        .or_else(|_| fs::read_to_string(&exercise.file))
        .unwrap_or_default();
    story_of(&text::header(&source))
}

fn story_of(header: &str) -> String {
    let header = header.trim();
    let story = match header.strip_prefix("# ") {
        Some(titled) => titled.split_once('\n').map_or("", |(_, rest)| rest),
        None => header,
    };
    let story = match story.rsplit_once("```console\n") {
        Some((before, after)) if after.trim_end().ends_with("```") => before,
        _ => story,
    };
    story.trim().to_string()
}

#[cfg(test)]
mod tests {
    use super::story_of;

    #[test]
    fn a_story_is_whole_without_its_title_and_its_command() {
        let command = "```console\n$ cargo course check x\n```\n";
        let story = "One\ntwo.\n\n- three";
        assert_eq!(story_of(&format!("# Title\n\n{story}\n\n{command}")), story);
        assert_eq!(story_of(&format!("{story}\n")), story);
        assert_eq!(story_of("# Title\n"), "");
        // A block in the middle belongs to it.
        let shown = format!("{command}\nAnd then?");
        assert_eq!(story_of(&shown), shown);
    }
}
