//! Plain `cargo course`: where the reader is, and what comes next.

use std::fs;
use std::process::ExitCode;

use anyhow::Result;

use crate::progress::Progress;
use crate::text::{self, BOLD, DIM, GREEN, paint};
use crate::workspace::{Chapter, Course, Exercise};

/// Runs `cargo course` without a command.
pub fn run(course: &Course) -> Result<ExitCode> {
    text::say(&told(course, &Progress::open(course)?));
    Ok(ExitCode::SUCCESS)
}

/// Where the reader is, in full.
pub fn told(course: &Course, progress: &Progress) -> String {
    let mut said = format!("{BOLD}Tokio by Stages{BOLD:#}\n\n");
    for chapter in &course.chapters {
        said += &line(chapter, progress);
    }
    said.push('\n');
    said += &match progress.next(course) {
        Some(next) => told_next(course, next),
        None if course.exercises().next().is_some() => "Every exercise is done.\n".into(),
        None => "The chapters have no exercises yet.\n".into(),
    };
    said.push('\n');
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

fn line(chapter: &Chapter, progress: &Progress) -> String {
    let total = chapter.exercises.len();
    let done =
        chapter.exercises.iter().filter(|one| progress.state(one).is_done()).count();
    let tally = format!("{done}/{total}");
    let style = if total > 0 && done == total { GREEN } else { DIM };
    text::wrapped(
        &format!("  {:02}  {}  ", chapter.number, paint(style, tally)),
        &chapter.title,
    )
}

/// An exercise to do next: its story, and where to read, to edit and to check.
pub fn told_next(course: &Course, next: &Exercise) -> String {
    let mut said = format!(
        "{BOLD}Next: {}{BOLD:#} ({}, {})\n",
        next.title,
        next.name,
        text::count(next.minutes as usize, "minute")
    );
    if let Some(story) = story(next) {
        said += &text::fact("story", &story);
    }
    said += &text::fact("read", &course.chapter_of(next).page().display().to_string());
    said += &text::fact("edit", &course.shown(&next.file));
    said += &text::fact("check", &format!("cargo course check {}", next.name));
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
