//! The first screen of `cargo course`: where the reader is, and what comes next.

use crate::learn::next;
use crate::live::state::{ChapterView, Snapshot};
use crate::repo::workspace::Course;
use crate::text::{self, BOLD, DIM, GREEN, paint};

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
        Some((_, exercise)) => next::told(course, exercise, book),
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
