//! `cargo course solution`: our answer beside the reader's.

use std::fs;
use std::process::ExitCode;

use anyhow::{Context, Result};
use similar::{ChangeTag, TextDiff};

use crate::progress::Progress;
use crate::text::{self, BOLD, DIM, GREEN, RED, paint};
use crate::workspace::{Course, Exercise, rust_files};

/// Runs `cargo course solution NAME`.
pub fn run(course: &Course, exercise: &Exercise, reveal: bool) -> Result<ExitCode> {
    let progress = Progress::open(course)?;
    if progress.of(exercise).passed.is_none() && !reveal {
        text::warn(&text::wrapped(
            "",
            &format!(
                "Your answer to {0} has not passed yet: `cargo course check {0}` first, \
                 `cargo course hint {0}` if you are stuck, or add --reveal to see ours anyway.",
                exercise.name
            ),
        ));
        return Ok(ExitCode::FAILURE);
    }
    let solution = exercise.solution();
    let ours = fs::read_to_string(&solution)
        .with_context(|| format!("cannot read {}", course.shown(&solution)))?;
    let yours = fs::read_to_string(&exercise.file).unwrap_or_default();

    let why = text::markdown(&text::header(&ours));
    let mut said = format!("{BOLD}{}{BOLD:#}\n\n{why}\n", course.shown(&solution));
    said += &diff(&yours, &ours, &course.shown(&exercise.file), &course.shown(&solution));
    let also = rust_files(&exercise.solution_dir.join("also"))?;
    if !also.is_empty() {
        said += &format!("\n{BOLD}Right as well{BOLD:#}\n");
        for path in also {
            said += &format!("  {}\n", course.shown(&path));
        }
    }
    text::say(&said);
    Ok(ExitCode::SUCCESS)
}

/// The unified diff from the reader's answer to ours, without the `//!` that open them.
fn diff(yours: &str, ours: &str, your_name: &str, our_name: &str) -> String {
    // Ours gets the reader's header, so that the numbers of the lines are the file's own.
    let header = &yours[..yours.len() - text::body(yours).len()];
    let ours = format!("{header}{}", text::body(ours));
    let diff = TextDiff::from_lines(yours, &ours);
    if diff.ratio() == 1.0 {
        return "Yours is the same, line by line.\n".into();
    }
    let mut said = paint(RED, format!("--- {your_name}")) + "\n";
    said += &(paint(GREEN, format!("+++ {our_name}")) + "\n");
    for hunk in diff.unified_diff().context_radius(3).iter_hunks() {
        said += &(paint(DIM, hunk.header()) + "\n");
        for change in hunk.iter_changes() {
            let line = change.value().trim_end_matches(['\r', '\n']);
            said += &match change.tag() {
                ChangeTag::Delete => paint(RED, format!("-{line}")),
                ChangeTag::Insert => paint(GREEN, format!("+{line}")),
                ChangeTag::Equal => format!(" {line}"),
            };
            said.push('\n');
        }
    }
    said
}
