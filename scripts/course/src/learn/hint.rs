//! `cargo course hint`: one more hint each time.

use std::fs;
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};

use crate::repo::progress::Progress;
use crate::repo::workspace::{Course, Exercise};
use crate::text::{self, BOLD, DIM, MAGENTA};

/// Runs `cargo course hint [NAME]`. With `again`, those that were asked for, and no new one.
pub fn run(
    course: &Course,
    exercise: Option<&Exercise>,
    again: bool,
) -> Result<ExitCode> {
    let mut progress = Progress::open(course)?;
    let exercise = exercise
        .or_else(|| progress.current(course))
        .context("every exercise is done: `cargo course hint NAME` names one of them")?;
    let name = &exercise.name;
    let source = fs::read_to_string(&exercise.hints)
        .with_context(|| format!("cannot read {}", course.shown(&exercise.hints)))?;
    let hints = split(&source);
    ensure!(!hints.is_empty(), "{} has no `## ` heading", course.shown(&exercise.hints));

    let asked = progress.of(exercise).hints;
    let shown = (asked + usize::from(!again)).min(hints.len());
    ensure!(shown > 0, "no hint was asked for yet: `cargo course hint {name}`");
    // First, so that whoever stops reading at a closed pipe has asked all the same.
    let asked =
        progress.change(exercise, |record| record.hints = record.hints.max(shown));
    if let Err(error) = asked {
        text::warn(&format!(
            "{MAGENTA}note:{MAGENTA:#} this is not remembered: {error:#}"
        ));
    }
    let mut said = String::new();
    for (number, (heading, body)) in hints[..shown].iter().enumerate() {
        let heading = titled(number + 1, hints.len(), heading);
        said += &format!("{BOLD}{name}, {heading}{BOLD:#}\n\n");
        said += &text::markdown(body);
        said.push('\n');
    }
    let left = match hints.len() - shown {
        0 => "That was the last hint.".to_string(),
        left => format!("{} left: cargo course hint {name}", text::count(left, "hint")),
    };
    said += &format!("{DIM}{left}{DIM:#}\n");
    text::say(&said);
    Ok(ExitCode::SUCCESS)
}

/// How many hints an exercise has.
pub(crate) fn count(exercise: &Exercise) -> usize {
    split(&fs::read_to_string(&exercise.hints).unwrap_or_default()).len()
}

/// "hint 1 of 3: Who owns what?", and no more than the number where the heading is one.
pub(crate) fn titled(number: usize, total: usize, heading: &str) -> String {
    let title = format!("hint {number} of {total}");
    if heading.parse::<usize>().is_ok() { title } else { format!("{title}: {heading}") }
}

/// The headings of second order, each with what stands below it.
pub(crate) fn split(source: &str) -> Vec<(&str, String)> {
    let mut hints: Vec<(&str, String)> = Vec::new();
    let mut fenced = false;
    for line in source.lines() {
        fenced ^= line.trim_start().starts_with("```");
        match line.strip_prefix("## ").filter(|_| !fenced) {
            Some(heading) => hints.push((heading.trim(), String::new())),
            None => {
                if let Some((_, body)) = hints.last_mut() {
                    body.push_str(line);
                    body.push('\n');
                }
            }
        }
    }
    hints
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn a_heading_inside_code_is_code() {
        let hints = split("# Hints\n\n## One\n\na\n\n## Two\n\n```text\n## no\n```\n");
        assert_eq!(hints.len(), 2);
        assert_eq!(hints[0], ("One", "\na\n\n".to_string()));
        assert!(hints[1].1.contains("## no"));
    }
}
