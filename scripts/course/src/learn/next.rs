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
    let story = opening(next).map(|story| text::fact("story", &story));
    let chapter = course.chapter_of(next);
    let page = match book {
        Some(book) => book.page(&format!("{}.html", chapter.slug)),
        None => chapter.page().display().to_string(),
    };
    let places =
        text::fact("read", &page) + &text::fact("edit", &course.shown(&next.file));
    Told { heading, story: story.unwrap_or_default(), places }
}

/// The first paragraph of the story that opens the exercise.
fn opening(exercise: &Exercise) -> Option<String> {
    let source = fs::read_to_string(exercise.stub())
        .or_else(|_| fs::read_to_string(&exercise.file))
        .ok()?;
    let header = text::header(&source);
    let paragraph = header
        .split("\n\n")
        .map(|paragraph| paragraph.split_whitespace().collect::<Vec<_>>().join(" "))
        .find(|paragraph| !paragraph.is_empty() && !paragraph.starts_with('#'))?;
    Some(text::plain(&paragraph).into_owned())
}
