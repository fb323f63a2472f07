//! `cargo course export`: the reader's progress as JSON, for an instructor.
//!
//! The format has a number, and whoever reads it may rely on that: within one number, fields are
//! added and never renamed or removed.

use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Result;
use serde::Serialize;

use crate::repo::predictions::{self, Prediction};
use crate::repo::progress::{Progress, State};
use crate::repo::workspace::Course;
use crate::text;

/// The format's number.
pub const VERSION: u32 = 1;

/// What `cargo course export --help` says of the format.
pub const FORMAT: &str = "\
The format, version 1 (later versions of the tool may add fields to it):

  format       \"tokio-by-stages-progress\"
  version      1
  exported_at  when, in seconds since 1970-01-01 UTC
  done, total  how many exercises are done, and how many there are
  chapters     for each chapter: `chapter` (\"03-shared-state\"), `title`, `done`, `total`, and
               `exercises`, in the order of the course

For each exercise:

  name         \"03-visit-counter\"
  title        what the book calls it
  minutes      about how long it takes
  state        \"not-started\", \"changed\", \"failing\", \"does-not-compile\", \"done\",
               \"done-changed-since\" (passed, and edited since), \"missing\", or
               \"unreadable\"
  done         whether an answer has passed
  mistake      the mistake that the answer shows as it stands, or null: an id of the page
               \"Mistakes\"
  met          the mistakes that answers have shown so far, by id
  hints, hints_total
               how many hints were asked for, and how many there are

And `predictions`, for each question of the book that asks what a program will do:

  id           \"predict-04-slow\"
  page         \"04-channels\"
  predicted    whether it was answered
  right        whether the answer is what happened, or null
  belief       the mistake whose belief leads to a wrong answer, or null

It holds no answers, no paths, and no names of people. In a shell:

  cargo course export > progress.json";

#[derive(Serialize)]
struct Export<'a> {
    format: &'a str,
    version: u32,
    exported_at: u64,
    done: usize,
    total: usize,
    chapters: Vec<Chapter<'a>>,
    predictions: Vec<Predicted>,
}

#[derive(Serialize)]
struct Predicted {
    id: String,
    page: String,
    predicted: bool,
    right: Option<bool>,
    belief: Option<String>,
}

#[derive(Serialize)]
struct Chapter<'a> {
    chapter: &'a str,
    title: &'a str,
    done: usize,
    total: usize,
    exercises: Vec<Exercise<'a>>,
}

#[derive(Serialize)]
struct Exercise<'a> {
    name: &'a str,
    title: &'a str,
    minutes: u32,
    state: &'a str,
    done: bool,
    mistake: Option<String>,
    met: Vec<String>,
    hints: usize,
    hints_total: usize,
}

/// Runs `cargo course export`.
pub fn run(course: &Course) -> Result<ExitCode> {
    let progress = Progress::open(course)?;
    let chapters: Vec<Chapter> = course
        .chapters
        .iter()
        .map(|chapter| {
            let exercises: Vec<Exercise> =
                chapter.exercises.iter().map(|one| exported(&progress, one)).collect();
            Chapter {
                chapter: &chapter.slug,
                title: &chapter.title,
                done: exercises.iter().filter(|one| one.done).count(),
                total: exercises.len(),
                exercises,
            }
        })
        .collect();
    let export = Export {
        format: "tokio-by-stages-progress",
        version: VERSION,
        exported_at: SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs(),
        done: chapters.iter().map(|chapter| chapter.done).sum(),
        total: chapters.iter().map(|chapter| chapter.total).sum(),
        chapters,
        predictions: predictions::all(&course.root)
            .unwrap_or_default()
            .into_iter()
            .map(|one| predicted(&progress, one))
            .collect(),
    };
    text::put(&(serde_json::to_string_pretty(&export)? + "\n"));
    Ok(ExitCode::SUCCESS)
}

fn predicted(progress: &Progress, question: Prediction) -> Predicted {
    let judged = progress.predicted(&question).map(|(_, judged)| judged);
    let page = question.page.rsplit('/').next().unwrap_or_default();
    Predicted {
        predicted: judged.is_some(),
        right: judged.as_ref().map(|judged| judged.right),
        belief: judged.and_then(|judged| judged.mistake),
        page: page.trim_end_matches(".md").to_string(),
        id: question.id,
    }
}

fn exported<'a>(
    progress: &Progress,
    exercise: &'a crate::repo::workspace::Exercise,
) -> Exercise<'a> {
    let state = progress.state(exercise);
    let hints_total = crate::learn::hint::count(exercise);
    Exercise {
        name: &exercise.name,
        title: &exercise.title,
        minutes: exercise.minutes,
        state: match &state {
            State::Missing => "missing",
            State::Unreadable => "unreadable",
            State::NotStarted => "not-started",
            State::Changed => "changed",
            State::Failing(_) => "failing",
            State::DoesNotCompile(_) => "does-not-compile",
            State::Done => "done",
            State::DoneChangedSince => "done-changed-since",
        },
        done: state.is_done(),
        met: progress.of(exercise).met,
        hints: progress.of(exercise).hints.min(hints_total),
        hints_total,
        mistake: match state {
            State::Failing(mistake) | State::DoesNotCompile(mistake) => mistake,
            _ => None,
        },
    }
}
