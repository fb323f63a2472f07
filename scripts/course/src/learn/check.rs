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
use crate::repo::progress::{Progress, State, is_as_shipped};
use crate::repo::workspace::{Chapter, Course, Exercise};
use crate::run::check::{Checked, Event, Outcome, check};
use crate::run::group::asked_to_end;
use crate::text::{self, GREEN, MAGENTA, RED, paint};

/// Runs `cargo course check [NAME]`.
pub fn run(course: &Course, exercise: Option<&Exercise>) -> Result<ExitCode> {
    let mut progress = Progress::open(course)?;
    let Some(exercise) = exercise.or_else(|| progress.current(course)) else {
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
    let (told, passes) = match judged(course, exercise, &catalogue, &mut progress)? {
        Judged::Verdict { told, passes } => (told, passes),
        Judged::Ended(status) => return Ok(status),
    };
    text::say(&told.all());
    if passes {
        text::say(&after_a_pass(course, exercise, &catalogue, &progress));
        return Ok(ExitCode::SUCCESS);
    }
    text::say(&what_now(course, exercise));
    Ok(ExitCode::FAILURE)
}

/// Runs `cargo course check CHAPTER`: checks what was begun of a chapter, and says one line of
/// each exercise. Succeeds if all of them pass.
pub fn chapter(course: &Course, chapter: &Chapter) -> Result<ExitCode> {
    let mut progress = Progress::open(course)?;
    let catalogue = Catalogue::open(&course.root)?;
    let width = chapter.exercises.iter().map(|one| one.name.len()).max().unwrap_or(0);
    let mut passing = 0;
    for exercise in &chapter.exercises {
        let name = format!("{:<width$}  ", exercise.name);
        let state = progress.state(exercise);
        if matches!(state, State::NotStarted | State::Missing | State::Unreadable) {
            text::say(&format!("{name}{}\n", state.words()));
            continue;
        }
        match judged(course, exercise, &catalogue, &mut progress) {
            Ok(Judged::Verdict { passes: true, .. }) => {
                passing += 1;
                text::say(&format!("{name}{}\n", paint(GREEN, "passes")));
            }
            Ok(Judged::Verdict { told, .. }) => {
                text::say(&text::wrapped(&name, &paint(RED, told.headline)));
            }
            Ok(Judged::Ended(status)) => return Ok(status),
            Err(error) => text::say(&text::wrapped(&name, &format!("{error:#}"))),
        }
    }
    let total = chapter.exercises.len();
    text::say(&format!("\n{passing} of {} pass\n", text::count(total, "exercise")));
    Ok(if passing == total { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What came of a check.
enum Judged {
    Verdict {
        told: Box<Told>,
        passes: bool,
    },
    /// Somebody asked this program to end, with this status.
    Ended(ExitCode),
}

/// Checks an answer, and remembers how it did.
fn judged(
    course: &Course,
    exercise: &Exercise,
    catalogue: &Catalogue,
    progress: &mut Progress,
) -> Result<Judged> {
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
        Err(status) => return Ok(Judged::Ended(status)),
    };
    let untouched = is_as_shipped(exercise, &answer);
    let told = Told::of(&outcome, course, exercise, catalogue, untouched);
    let saved =
        progress.change(exercise, |record| told.remember(record, answer, &outcome));
    if let Err(error) = saved {
        text::warn(&format!(
            "{MAGENTA}note:{MAGENTA:#} this is not remembered: {error:#}"
        ));
    }
    let passes = matches!(outcome, Outcome::Passed { .. });
    Ok(Judged::Verdict { told: Box::new(told), passes })
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
    let met = progress.of(exercise).met;
    let mut said = format!("\n{}\n", learned(exercise, catalogue, &met));
    said += &text::fact("ours", &format!("cargo course solution {}", exercise.name));
    said.push('\n');
    match progress.next_after(course, exercise) {
        Some(exercise) => said += &next::told(course, exercise, None).all(),
        None => said += "Every exercise is done.\n",
    }
    said
}
