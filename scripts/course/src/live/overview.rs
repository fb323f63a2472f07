//! Plain `cargo course`: where the reader is, and what comes next.

use crate::live::state::{ChapterView, Snapshot};
use crate::repo::workspace::{Course, Exercise};
use crate::text::{self, BOLD, DIM, GREEN, paint};
use std::fs;

/// Where the reader is: the chapters, and the exercise that comes next. `book` is where the
/// book is served, if it is.
pub fn told(course: &Course, snapshot: &Snapshot, book: Option<&str>) -> String {
    let mut said = format!("{BOLD}Tokio by Stages{BOLD:#}\n\n");
    for chapter in &snapshot.chapters {
        said += &line(chapter);
    }
    said.push('\n');
    let next = snapshot.next.as_deref();
    let next = next.and_then(|name| course.exercises().find(|(_, one)| one.name == name));
    said += &match next {
        Some((_, next)) => told_next(course, next, book),
        None if snapshot.exercises().next().is_some() => {
            "Every exercise is done.\n".into()
        }
        None => "The chapters have no exercises yet.\n".into(),
    };
    said
}

/// The commands, for those who type them.
pub fn commands() -> String {
    let mut said = String::new();
    said += &text::command("cargo course list", "every exercise and its state");
    said += &text::command("cargo course check [NAME]", "is your answer right?");
    said += &text::command("cargo course hint [NAME]", "one more hint each time");
    said += &text::command("cargo course solution NAME", "our answer beside yours");
    said +=
        &text::command("cargo course reset NAME", "begin again; yours is kept as a copy");
    said += &text::command(
        "cargo run --example NAME",
        "runs a stage, for example 02-spawning",
    );
    said
}

fn line(chapter: &ChapterView) -> String {
    let (done, total) = (chapter.done, chapter.exercises.len());
    let tally = format!("{done}/{total}");
    let style = if total > 0 && done == total { GREEN } else { DIM };
    text::wrapped(
        &format!("  {:02}  {}  ", chapter.number, paint(style, tally)),
        &chapter.title,
    )
}

/// An exercise to do next: its story, and where to read, to edit and to check.
pub fn told_next(course: &Course, next: &Exercise, book: Option<&str>) -> String {
    let check = text::fact("check", &format!("cargo course check {}", next.name));
    told_story(course, next, book) + &check
}

/// An exercise: its story, and where to read and to edit.
pub fn told_story(course: &Course, next: &Exercise, book: Option<&str>) -> String {
    let mut said = format!(
        "{BOLD}Next: {}{BOLD:#} ({}, {})\n",
        next.title,
        next.name,
        text::count(next.minutes as usize, "minute")
    );
    if let Some(story) = story(next) {
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
fn story(exercise: &Exercise) -> Option<String> {
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
