//! `cargo course list`: every exercise and its state.

use std::process::ExitCode;

use anyhow::Result;

use crate::repo::predictions;
use crate::repo::progress::{Progress, State};
use crate::repo::workspace::{Chapter, Course};
use crate::text::{self, BOLD, DIM, GREEN, RED, paint};

/// Runs `cargo course list`.
pub fn run(course: &Course) -> Result<ExitCode> {
    let progress = Progress::open(course)?;
    let name_width = course.exercises().map(|(_, one)| one.name.len()).max().unwrap_or(0);
    let mut said = String::new();
    for chapter in &course.chapters {
        let heading = paint(BOLD, format!("{:02}  {}", chapter.number, chapter.title));
        said += &format!("{heading}\n");
        said += &match chapter.exercises.is_empty() {
            true => format!("    {}\n", paint(DIM, "no exercises")),
            false => format!("    {}\n", bar(chapter, &progress)),
        };
        for exercise in &chapter.exercises {
            said += &format!(
                "    {:<name_width$}  {}  {}\n",
                exercise.name,
                paint(DIM, format!("{:>2} min", exercise.minutes)),
                progress.state(exercise).words()
            );
        }
        said.push('\n');
    }
    let total = course.exercises().count();
    let done =
        course.exercises().filter(|(_, one)| progress.state(one).is_done()).count();
    said += &format!("{done} of {} done", text::count(total, "exercise"));
    let left: u32 = course
        .exercises()
        .filter(|(_, one)| !progress.state(one).is_done())
        .map(|(_, one)| one.minutes)
        .sum();
    if left > 0 {
        said += &format!(", {} left", about(left));
    }
    said.push('\n');
    said += &predicted(course, &progress);
    text::say(&said);
    Ok(ExitCode::SUCCESS)
}

/// How many of the book's questions were answered: a prediction is made once it is made, right or
/// wrong.
fn predicted(course: &Course, progress: &Progress) -> String {
    let questions = predictions::all(&course.root).unwrap_or_default();
    let made = questions.iter().filter(|one| progress.predicted(one).is_some()).count();
    match questions.len() {
        0 => String::new(),
        total => format!("{made} of {} made\n", text::count(total, "prediction")),
    }
}

/// A cell for each exercise: `■■▣□□□  2 of 6 done`.
fn bar(chapter: &Chapter, progress: &Progress) -> String {
    let states: Vec<State> =
        chapter.exercises.iter().map(|one| progress.state(one)).collect();
    let cells: String = states.iter().map(cell).collect();
    let done = states.iter().filter(|state| state.is_done()).count();
    format!("{cells}  {}", paint(DIM, format!("{done} of {} done", states.len())))
}

fn cell(state: &State) -> String {
    match state {
        State::Done | State::DoneChangedSince => paint(GREEN, "■"),
        State::Failing(_)
        | State::DoesNotCompile(_)
        | State::Missing
        | State::Unreadable => paint(RED, "▣"),
        State::Changed => "▣".into(),
        State::NotStarted => paint(DIM, "□"),
    }
}

/// So many minutes, to the precision that a guess has: "about 9 hours".
fn about(minutes: u32) -> String {
    match minutes {
        ..90 => format!("about {}", text::count(minutes as usize, "minute")),
        _ => format!("about {}", text::count(((minutes + 30) / 60) as usize, "hour")),
    }
}

#[cfg(test)]
mod tests {
    use super::about;

    #[test]
    fn what_is_left_is_told_as_a_guess() {
        assert_eq!(about(1), "about 1 minute");
        assert_eq!(about(89), "about 89 minutes");
        assert_eq!(about(90), "about 2 hours");
        assert_eq!(about(569), "about 9 hours");
    }
}
