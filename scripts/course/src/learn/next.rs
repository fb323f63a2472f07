//! What to do next.

use std::fs;

use crate::repo::workspace::{Course, Exercise};
use crate::text::{self, BOLD};

/// An exercise to do next: its story, and where to read, to edit and to check.
pub fn told(course: &Course, next: &Exercise, book: Option<&str>) -> String {
    let check = text::fact("check", &format!("cargo course check {}", next.name));
    story(course, next, book) + &check
}

/// An exercise: its story, and where to read and to edit.
pub fn story(course: &Course, next: &Exercise, book: Option<&str>) -> String {
    let mut said = format!(
        "{BOLD}Next: {}{BOLD:#} ({}, {})\n",
        next.title,
        next.name,
        text::count(next.minutes as usize, "minute")
    );
    if let Some(story) = opening(next) {
        said += &text::fact("story", &story);
    }
    let chapter = course.chapter_of(next);
    let page = match book {
        Some(url) => format!("{url}/{}.html", chapter.slug),
        None => chapter.page().display().to_string(),
    };
    said += &text::fact("read", &page);
    said += &text::fact("edit", &course.shown(&next.file));
    said
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
