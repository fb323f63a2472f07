//! The first screen of `cargo course`: where the reader is, and what comes next.

use crate::learn::address::Address;
use crate::learn::next;
use crate::live::state::{ChapterView, Snapshot};
use crate::repo::workspace::Course;
use crate::text::{self, BOLD, DIM, GREEN, paint};

/// The chapters, and how far the reader is in each.
pub fn chapters(snapshot: &Snapshot) -> String {
    let lines: String = snapshot.chapters.iter().map(line).collect();
    format!("{}{lines}", title())
}

/// The same of the chapter with the exercise that comes next alone.
pub fn chapter(snapshot: &Snapshot) -> String {
    title() + &snapshot.chapter_of_the_next().map(line).unwrap_or_default()
}

/// The exercise that comes next, or that there is none. `book` is where the book is served, if it
/// is.
pub fn next(course: &Course, snapshot: &Snapshot, book: Option<&Address>) -> next::Told {
    let next = snapshot.next.as_deref();
    let next = next.and_then(|name| course.exercises().find(|(_, one)| one.name == name));
    match next {
        Some((_, exercise)) => next::told(course, exercise, book),
        None => next::Told {
            heading: match snapshot.exercises().next() {
                Some(_) => "Every exercise is done.\n".into(),
                None => "The chapters have no exercises yet.\n".into(),
            },
            ..next::Told::default()
        },
    }
}

/// All of it: where the reader is, and what comes next.
pub fn told(course: &Course, snapshot: &Snapshot, book: Option<&Address>) -> String {
    format!("{}\n{}", chapters(snapshot), next(course, snapshot, book).all())
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

fn title() -> String {
    format!("{BOLD}Tokio by Stages{BOLD:#}\n\n")
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
