//! `cargo course hint`: one more hint each time.

use std::fs;
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};

use crate::progress::Progress;
use crate::text::{self, BOLD, DIM};
use crate::workspace::{Course, Exercise};

/// Runs `cargo course hint [NAME]`.
pub fn run(course: &Course, exercise: Option<&Exercise>) -> Result<ExitCode> {
    let mut progress = Progress::open(course)?;
    let exercise = exercise
        .or_else(|| progress.next(course))
        .context("every exercise is done: `cargo course hint NAME` names one of them")?;
    let source = fs::read_to_string(&exercise.hints)
        .with_context(|| format!("cannot read {}", course.shown(&exercise.hints)))?;
    let hints = split(&source);
    ensure!(!hints.is_empty(), "{} has no `## ` heading", course.shown(&exercise.hints));

    let shown = (progress.of(exercise).hints + 1).min(hints.len());
    let mut said = String::new();
    for (heading, body) in &hints[..shown] {
        said += &format!("{BOLD}{}: {heading}{BOLD:#}\n\n", exercise.name);
        said += &text::markdown(body);
        said.push('\n');
    }
    let left = match hints.len() - shown {
        0 => "That was the last hint.".to_string(),
        left => format!(
            "{} left: cargo course hint {}",
            text::count(left, "hint"),
            exercise.name
        ),
    };
    said += &format!("{DIM}{left}{DIM:#}\n");
    text::say(&said);
    progress.change(exercise, |record| record.hints = shown)?;
    Ok(ExitCode::SUCCESS)
}

/// The headings of second order, each with what stands below it.
fn split(source: &str) -> Vec<(&str, String)> {
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
