//! What the reader has done so far: `.course/progress.json`.
//!
//! The reader's files themselves say most of it. Kept here is only what they cannot say: which
//! answer passed or failed (by a hash of its text), which mistakes were made, how many hints were
//! asked for, and what was predicted.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};

use crate::repo::files;
use crate::repo::predictions::{Judged, Prediction};
use crate::repo::workspace::{Chapter, Course, Exercise};
use crate::text::{self, DIM, GREEN, MAGENTA, RED, paint};

/// The format of the file. A reader of another number does not understand it.
const VERSION: u32 = 1;

/// The progress of one reader.
#[derive(Debug)]
pub struct Progress {
    path: PathBuf,
    saved: Saved,
}

#[derive(Debug, Serialize, Deserialize)]
struct Saved {
    version: u32,
    exercises: BTreeMap<String, Record>,
    /// What the reader predicted, by the question's id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    predictions: BTreeMap<String, String>,
}

/// What is remembered of one exercise.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Record {
    /// The hash of the last answer that passed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub passed: Option<String>,
    /// The last answer that did not pass, if it came after that one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed: Option<Failed>,
    /// How many hints were asked for.
    pub hints: usize,
    /// The mistakes that answers have shown so far, by id, each once.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub met: Vec<String>,
}

/// An answer that did not pass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failed {
    /// The answer's hash.
    pub answer: String,
    /// False if the compiler refused it.
    pub compiled: bool,
    /// The mistake it showed, if it showed one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mistake: Option<String>,
}

/// Where the reader is with an exercise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// `exercise.rs` is not there.
    Missing,
    /// `exercise.rs` is there, and cannot be read.
    Unreadable,
    /// `exercise.rs` is as shipped.
    NotStarted,
    /// Edited, and not checked since.
    Changed,
    /// Checked, and wrong in a way that compiles.
    Failing(Option<String>),
    /// Checked, and refused by the compiler.
    DoesNotCompile(Option<String>),
    /// Passed just as it is.
    Done,
    /// Passed, and edited since without another check.
    DoneChangedSince,
}

impl Progress {
    /// Reads what is remembered. A file that cannot be understood is kept aside under
    /// another name, the reader is told, and a new one begins.
    pub fn open(course: &Course) -> Result<Progress> {
        let (progress, notice) = Progress::read(course)?;
        if let Some(notice) = notice {
            let words = format!(
                "{notice} `cargo course` finds again which of them pass, and so does \
                 `cargo course check`."
            );
            text::warn(&text::wrapped(&format!("{MAGENTA}note:{MAGENTA:#} "), &words));
        }
        Ok(progress)
    }

    /// The same, but it returns what the reader is to be told.
    pub fn read(course: &Course) -> Result<(Progress, Option<String>)> {
        let path = course.state_dir().join("progress.json");
        let content = match fs::read(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            read => {
                Some(read.with_context(|| format!("cannot read {}", path.display()))?)
            }
        };
        let empty = || Saved {
            version: VERSION,
            exercises: BTreeMap::new(),
            predictions: BTreeMap::new(),
        };
        let mut notice = None;
        let saved = match content.as_deref().map(parse) {
            None => empty(),
            Some(Ok(saved)) => saved,
            Some(Err(error)) => {
                let content = content.expect("it was just parsed");
                let copy = files::keep(
                    &course.state_dir(),
                    "progress-unreadable",
                    "json",
                    &content,
                )?;
                let fresh = empty();
                files::replace(&path, &serde_json::to_vec_pretty(&fresh)?)?;
                notice = Some(format!(
                    "{} cannot be understood ({error}). It is kept as {}, and a new one \
                     begins. Your answers are not touched.",
                    course.shown(&path),
                    course.shown(&copy)
                ));
                fresh
            }
        };
        Ok((Progress { path, saved }, notice))
    }

    /// Takes over what another run has saved since. A file that cannot be understood is left
    /// for the next [`change`](Progress::change), which replaces it by what is known here.
    pub fn reload(&mut self) {
        if let Some(saved) = fs::read(&self.path).ok().and_then(|text| parse(&text).ok())
        {
            self.saved = saved;
        }
    }

    /// What is remembered of this exercise.
    pub fn of(&self, exercise: &Exercise) -> Record {
        self.saved.exercises.get(&exercise.name).cloned().unwrap_or_default()
    }

    /// What the reader predicted, and how that did, if this question was answered. What is no answer
    /// to it any more counts for nothing.
    pub fn predicted(&self, question: &Prediction) -> Option<(&str, Judged)> {
        let said = self.saved.predictions.get(&question.id)?;
        Some((said, question.judge(question.given(said)?)?))
    }

    /// Remembers what the reader predicts, or forgets it, and saves that.
    pub fn predict(&mut self, id: &str, said: Option<&str>) -> Result<()> {
        self.update(|saved| match said {
            Some(said) => drop(saved.predictions.insert(id.into(), said.into())),
            None => drop(saved.predictions.remove(id)),
        })
    }

    /// Changes what is remembered of this exercise, and saves it.
    pub fn change(
        &mut self,
        exercise: &Exercise,
        change: impl FnOnce(&mut Record),
    ) -> Result<()> {
        self.update(|saved| {
            change(saved.exercises.entry(exercise.name.clone()).or_default())
        })
    }

    fn update(&mut self, change: impl FnOnce(&mut Saved)) -> Result<()> {
        // A run in another terminal may have saved something since, and none may do so now.
        let _lock = files::lock(&self.path.with_extension("lock"))?;
        self.reload();
        change(&mut self.saved);
        files::replace(&self.path, &serde_json::to_vec_pretty(&self.saved)?)
    }

    /// Where the reader is with this exercise.
    pub fn state(&self, exercise: &Exercise) -> State {
        let answer = match fs::read(&exercise.file) {
            Ok(answer) => answer,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return State::Missing;
            }
            Err(_) => return State::Unreadable,
        };
        let Record { passed, failed, .. } = self.of(exercise);
        let answer_hash = hash(&answer);
        if passed.as_deref() == Some(answer_hash.as_str()) {
            return State::Done;
        }
        if is_as_shipped(exercise, &answer_hash) {
            return State::NotStarted;
        }
        match failed {
            Some(Failed { answer, compiled, mistake }) if answer == answer_hash => {
                if compiled {
                    State::Failing(mistake)
                } else {
                    State::DoesNotCompile(mistake)
                }
            }
            _ if passed.is_some() => State::DoneChangedSince,
            _ => State::Changed,
        }
    }

    /// The first exercise that is not done.
    pub fn next<'a>(&self, course: &'a Course) -> Option<&'a Exercise> {
        course.exercises().map(|(_, one)| one).find(|one| !self.state(one).is_done())
    }

    /// The exercise that the reader is at: of those that were begun and do not pass as they are, the
    /// one whose file was saved last, or else the next.
    pub fn current<'a>(&self, course: &'a Course) -> Option<&'a Exercise> {
        let begun = |state: State| {
            matches!(
                state,
                State::Changed
                    | State::Failing(_)
                    | State::DoesNotCompile(_)
                    | State::DoneChangedSince
            )
        };
        self.saved_last(course, begun).or_else(|| self.next(course))
    }

    /// The chapter that the reader is in: that of the exercise whose file was saved last, or else
    /// that of the next.
    pub fn chapter<'a>(&self, course: &'a Course) -> Option<&'a Chapter> {
        let begun = |state| !matches!(state, State::NotStarted | State::Missing);
        let exercise = self.saved_last(course, begun).or_else(|| self.next(course))?;
        Some(course.chapter_of(exercise))
    }

    /// Of the exercises in such a state, the one whose file was saved last.
    fn saved_last<'a>(
        &self,
        course: &'a Course,
        is_one: impl Fn(State) -> bool,
    ) -> Option<&'a Exercise> {
        let exercises = course.exercises().map(|(_, one)| one);
        let saved = exercises.filter(|one| is_one(self.state(one))).filter_map(|one| {
            let at = fs::metadata(&one.file).and_then(|about| about.modified());
            Some((at.ok()?, one))
        });
        saved.max_by_key(|(at, _)| *at).map(|(_, one)| one)
    }

    /// The first exercise after this one that is not done, or else the first of all.
    pub fn next_after<'a>(
        &self,
        course: &'a Course,
        exercise: &Exercise,
    ) -> Option<&'a Exercise> {
        course
            .exercises()
            .map(|(_, one)| one)
            .skip_while(|one| one.name != exercise.name)
            .skip(1)
            .find(|one| !self.state(one).is_done())
            .or_else(|| self.next(course))
    }
}

impl State {
    /// Whether there is nothing left to do.
    pub fn is_done(&self) -> bool {
        matches!(self, State::Done | State::DoneChangedSince)
    }

    /// The state in words, in its color.
    pub fn words(&self) -> String {
        let named = |what: &str, mistake: &Option<String>| match mistake {
            Some(id) => paint(RED, format!("{what} [{id}]")),
            None => paint(RED, what),
        };
        match self {
            State::Missing => paint(RED, "exercise.rs is missing"),
            State::Unreadable => paint(RED, "exercise.rs cannot be read"),
            State::NotStarted => paint(DIM, "not started"),
            State::Changed => paint(MAGENTA, "changed, not checked"),
            State::Failing(mistake) => named("failing", mistake),
            State::DoesNotCompile(mistake) => named("does not compile", mistake),
            State::Done => paint(GREEN, "done"),
            State::DoneChangedSince => paint(GREEN, "done, changed since"),
        }
    }
}

fn parse(content: &[u8]) -> Result<Saved> {
    #[derive(Deserialize)]
    struct Version {
        version: u32,
    }
    let Version { version } = serde_json::from_slice(content)?;
    ensure!(
        version == VERSION,
        "its version is {version}, and this tool knows {VERSION}"
    );
    Ok(serde_json::from_slice(content)?)
}

/// Whether an answer, given by its hash, is the exercise as it was shipped.
pub fn is_as_shipped(exercise: &Exercise, answer: &str) -> bool {
    fs::read(exercise.stub()).is_ok_and(|stub| hash(&stub) == answer)
}

/// A hash that is the same in every release of Rust: FNV-1a, 64 bits.
pub fn hash(content: &[u8]) -> String {
    let hash = content.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_hash_is_fnv_1a() {
        assert_eq!(super::hash(b""), "cbf29ce484222325");
        assert_eq!(super::hash(b"foobar"), "85944171f73967e8");
    }
}
