//! `cargo course check`: checks an answer, and explains.

use std::fs;
use std::io;
use std::pin::pin;
use std::process::ExitCode;

use anyhow::{Context, Result, bail, ensure};
use tokio::sync::oneshot;

use crate::learn::next;
use crate::learn::verdict::{Told, learned};
use crate::repo::catalogue::Catalogue;
use crate::repo::progress::{Progress, is_as_shipped};
use crate::repo::workspace::{Course, Exercise};
use crate::run::check::{Checked, Event, Outcome, check};
use crate::run::group::asked_to_end;
use crate::text::{self, MAGENTA};

/// Runs `cargo course check [NAME]`.
pub fn run(course: &Course, exercise: Option<&Exercise>) -> Result<ExitCode> {
    let mut progress = Progress::open(course)?;
    let Some(exercise) = exercise.or_else(|| progress.next(course)) else {
        ensure!(course.exercises().next().is_some(), "the course has no exercise yet");
        text::say("Every exercise is done.\n");
        return Ok(ExitCode::SUCCESS);
    };
    let file = course.shown(&exercise.file);
    match fs::read(&exercise.file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => bail!(
            "{file} is missing: `cargo course reset {}` puts it back as it was shipped",
            exercise.name
        ),
        read => read.with_context(|| format!("cannot read {file}"))?,
    };
    let catalogue = Catalogue::open(&course.root)?;

    let tell = &mut |event| match event {
        Event::Cargo { line, routine: false } | Event::Complaint(line) => {
            text::warn(&line)
        }
        Event::Cargo { .. } | Event::Running => {}
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let checked: Result<Checked, ExitCode> = runtime.block_on(async {
        let (cancel, mut cancelled) = oneshot::channel();
        let mut check = pin!(check(course, exercise, tell, &mut cancelled));
        let status = tokio::select! {
            checked = &mut check => {
                return checked.map(|checked| checked.ok_or(ExitCode::FAILURE));
            }
            status = asked_to_end()? => status,
        };
        let _ = cancel.send(());
        check.await?;
        anyhow::Ok(Err(ExitCode::from(status)))
    })?;
    let Checked { answer, outcome, .. } = match checked {
        Ok(checked) => checked,
        Err(status) => return Ok(status),
    };
    let untouched = is_as_shipped(exercise, &answer);

    let told = Told::of(&outcome, course, exercise, &catalogue, untouched);
    text::say(&told.all());
    let saved =
        progress.change(exercise, |record| told.remember(record, answer, &outcome));
    if let Err(error) = saved {
        text::warn(&format!(
            "{MAGENTA}note:{MAGENTA:#} this is not remembered: {error:#}"
        ));
    }
    if matches!(outcome, Outcome::Passed { .. }) {
        text::say(&after_a_pass(course, exercise, &catalogue, &progress));
        return Ok(ExitCode::SUCCESS);
    }
    text::say(&what_now(course, exercise));
    Ok(ExitCode::FAILURE)
}

fn what_now(course: &Course, exercise: &Exercise) -> String {
    let name = &exercise.name;
    format!(
        "\n{}{}{}",
        text::fact("edit", &course.shown(&exercise.file)),
        text::fact("again", &format!("cargo course check {name}")),
        text::fact("stuck?", &format!("cargo course hint {name}"))
    )
}

fn after_a_pass(
    course: &Course,
    exercise: &Exercise,
    catalogue: &Catalogue,
    progress: &Progress,
) -> String {
    let mut said = format!("\n{}\n", learned(exercise, catalogue));
    said += &text::fact("ours", &format!("cargo course solution {}", exercise.name));
    said.push('\n');
    match progress.next_after(course, exercise) {
        Some(exercise) => said += &next::told(course, exercise, None),
        None => said += "Every exercise is done.\n",
    }
    said
}
