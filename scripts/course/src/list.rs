//! `cargo course list`: every exercise and its state.

use std::process::ExitCode;

use anyhow::Result;

use crate::progress::Progress;
use crate::text::{self, BOLD, DIM, paint};
use crate::workspace::Course;

/// Runs `cargo course list`.
pub fn run(course: &Course) -> Result<ExitCode> {
    let progress = Progress::open(course)?;
    let name_width = course.exercises().map(|(_, one)| one.name.len()).max().unwrap_or(0);
    let mut said = String::new();
    for chapter in &course.chapters {
        let heading = paint(BOLD, format!("{:02}  {}", chapter.number, chapter.title));
        said += &format!("{heading}\n");
        if chapter.exercises.is_empty() {
            said += &format!("    {}\n", paint(DIM, "no exercises"));
        }
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
    said += &format!("{done} of {} done\n", text::count(total, "exercise"));
    text::say(&said);
    Ok(ExitCode::SUCCESS)
}
