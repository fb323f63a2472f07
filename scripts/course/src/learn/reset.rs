//! `cargo course reset`: the exercise as it was shipped, and the reader's file as a copy.

use std::fs;
use std::io;
use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::repo::files;
use crate::repo::progress::Progress;
use crate::repo::workspace::{Course, Exercise};
use crate::text::{self, BOLD};

/// Runs `cargo course reset NAME`.
pub fn run(course: &Course, exercise: &Exercise) -> Result<ExitCode> {
    let stub = fs::read(exercise.stub()).with_context(|| {
        format!(
            "nothing was changed: cannot read {}, the exercise as shipped",
            course.shown(&exercise.stub())
        )
    })?;
    let file = course.shown(&exercise.file);
    let yours = match fs::read(&exercise.file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        read => Some(read.with_context(|| format!("cannot read {file}"))?),
    };
    if yours.as_ref() == Some(&stub) {
        text::say(&format!("{file} is as it was shipped; nothing to do.\n"));
        return Ok(ExitCode::SUCCESS);
    }

    let mut said = String::new();
    if let Some(yours) = yours {
        let backups = course.state_dir().join("backups");
        let copy = files::keep(&backups, &exercise.name, "rs", &yours)?;
        said += &text::fact("your file", &format!("is kept as {}", course.shown(&copy)));
    }
    files::replace(&exercise.file, &stub)?;
    Progress::open(course)?.change(exercise, |record| {
        record.passed = None;
        record.failed = None;
    })?;
    text::say(&format!("{BOLD}{file} is as it was shipped.{BOLD:#}\n{said}"));
    Ok(ExitCode::SUCCESS)
}
