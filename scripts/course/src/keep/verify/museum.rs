//! What an exercise's museum holds, and what it must hold: who is in it, and the verdict that
//! each of its answers is there for.

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::path::Path;

use anyhow::Result;

use crate::repo::catalogue::Catalogue;
use crate::repo::workspace::{Course, Exercise};
use crate::run::scratch::{Candidate, Kind};

/// The fewest wrong answers, and the fewest other right ones, of a museum.
const FEWEST: [(Kind, usize, &str); 2] =
    [(Kind::Wrong, 3, "wrong answers"), (Kind::Also, 1, "other right answers")];

/// What the verdict must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// A pass.
    Pass,
    /// This mistake, found by the check.
    Mistake(String),
    /// This error of rustc: a code, or words of its message.
    Error(String),
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Expected::Pass => write!(f, "pass"),
            Expected::Mistake(id) => write!(f, "fail as [{id}]"),
            Expected::Error(error) => write!(f, "be refused by rustc: {error}"),
        }
    }
}

/// What an exercise's museum lacks.
pub fn completeness(exercise: &Exercise) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    let mut lacks = |what: String| problems.push(format!("{}: {what}", exercise.name));
    for file in [&exercise.file, &exercise.check, &exercise.hints] {
        if !file.is_file() {
            lacks(format!("{} is missing", name(file)));
        }
    }
    if !exercise.solution().is_file() {
        lacks("the museum has no solution.rs".into());
    }
    match (fs::read(exercise.stub()), fs::read(&exercise.file)) {
        (Err(_), _) => lacks("the museum has no stub.rs".into()),
        (Ok(stub), Ok(file)) if stub != file => {
            lacks("exercise.rs is not as shipped: it differs from stub.rs".into());
        }
        _ => {}
    }
    let museum = Candidate::all(exercise)?;
    for (kind, fewest, what) in FEWEST {
        let count = museum.iter().filter(|candidate| candidate.kind == kind).count();
        if count < fewest {
            lacks(format!("the museum has {count} {what}, and {fewest} are the fewest"));
        }
    }
    for id in &exercise.meets {
        let shows = |candidate: &&Candidate| {
            candidate.kind == Kind::Wrong
                && Labels::read(&candidate.file).mistake.as_ref() == Some(id)
        };
        if !museum.iter().any(|candidate| shows(&candidate)) {
            lacks(format!("no wrong answer shows [{id}], which it is there to meet"));
        }
    }
    Ok(problems)
}

/// Whether the exercises and the catalogue of mistakes speak of the same things. Reads files
/// alone, so that `cargo test` can ask it too.
pub fn coverage(course: &Course, catalogue: &Catalogue) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    let mut shown = BTreeSet::new();
    for (_, exercise) in course.exercises() {
        let known = |id: &str| catalogue.get(id).is_some();
        for id in exercise.meets.iter().filter(|id| !known(id)) {
            problems.push(format!(
                "{}: `meets` names [{id}], which mistakes.md does not have",
                exercise.name
            ));
        }
        if let Expected::Mistake(id) = Expected::as_shipped(exercise)
            && !known(&id)
            && !is_outcome(&id)
        {
            problems.push(format!(
                "{}: it starts as [{id}], which mistakes.md does not have",
                exercise.name
            ));
        }
        for candidate in Candidate::all(exercise)? {
            let Labels { mistake: Some(id), error } = Labels::read(&candidate.file)
            else {
                continue;
            };
            // How `cargo course check` finds the name of what rustc refuses.
            let explained = |error: &String| {
                exercise.meets.contains(&id)
                    && catalogue
                        .get(&id)
                        .is_some_and(|mistake| mistake.explains(Some(error), error))
            };
            if candidate.kind == Kind::Wrong
                && let Some(error) = error.filter(|error| known(&id) && !explained(error))
            {
                problems.push(format!(
                    "{} {}: rustc says {error}. For `cargo course check` to name it, the \
                     exercise must meet [{id}], and **Compiler** of [{id}] in mistakes.md \
                     must say so",
                    exercise.name, candidate.name
                ));
            }
            // Of some it is known that a check can say only what it saw.
            if candidate.kind == Kind::Wrong && !known(&id) && id != "unnamed" {
                problems.push(format!(
                    "{} {}: mistakes.md does not have [{id}], and every wrong answer shows \
                     something that can be named",
                    exercise.name, candidate.name
                ));
            }
            shown.insert(id);
        }
    }
    let met: BTreeSet<&str> = course
        .exercises()
        .flat_map(|(_, exercise)| exercise.meets.iter().map(String::as_str))
        .collect();
    for mistake in &catalogue.mistakes {
        if is_outcome(&mistake.id) {
            continue;
        }
        if !met.contains(mistake.id.as_str()) {
            problems.push(format!("mistakes.md: no exercise meets [{}]", mistake.id));
        } else if !shown.contains(&mistake.id) {
            problems.push(format!("mistakes.md: no wrong answer shows [{}]", mistake.id));
        }
    }
    Ok(problems)
}

/// Whether this id says how a check ended, where no mistake can be named.
pub(crate) fn is_outcome(id: &str) -> bool {
    matches!(
        id,
        "unfinished"
            | "panicked"
            | "stuck"
            | "busy"
            | "hung"
            | "ended"
            | "flooded"
            | "unnamed"
    )
}

/// What the first lines of an answer say of it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Labels {
    mistake: Option<String>,
    error: Option<String>,
}

impl Labels {
    fn read(file: &Path) -> Labels {
        Labels::of(&fs::read_to_string(file).unwrap_or_default())
    }

    fn of(source: &str) -> Labels {
        let header: Vec<&str> =
            source.lines().map_while(|line| line.strip_prefix("//!")).collect();
        let label = |name: &str| {
            header
                .iter()
                .find_map(|line| line.trim_start().strip_prefix(name))
                .map(|rest| rest.trim().trim_matches('`').to_string())
        };
        Labels { mistake: label("mistake:"), error: label("error:") }
    }
}

/// The error that a program of `compile-fail/` says it shows.
pub fn expected_error(source: &str) -> Option<String> {
    Labels::of(source).error
}

impl Expected {
    /// How the exercise fails before anybody touched it.
    fn as_shipped(exercise: &Exercise) -> Expected {
        let starts = exercise.starts.clone();
        let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        match starts.chars().all(is_name) {
            true => Expected::Mistake(starts),
            false => Expected::Error(starts),
        }
    }

    /// The verdict that a candidate is there for.
    ///
    /// # Errors
    ///
    /// What its first lines lack.
    pub fn of(exercise: &Exercise, candidate: &Candidate) -> Result<Expected, String> {
        match candidate.kind {
            Kind::Solution | Kind::Also => Ok(Expected::Pass),
            Kind::Stub => Ok(Expected::as_shipped(exercise)),
            Kind::Wrong => match Labels::read(&candidate.file) {
                Labels { mistake: None, .. } => {
                    Err("the first line is no `//! mistake: its-name`".into())
                }
                Labels { error: Some(error), .. } => Ok(Expected::Error(error)),
                Labels { mistake: Some(id), error: None } => Ok(Expected::Mistake(id)),
            },
        }
    }
}

fn name(file: &Path) -> std::borrow::Cow<'_, str> {
    file.file_name().unwrap_or_default().to_string_lossy()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_says_in_its_first_lines_what_it_is() {
        let labels =
            Labels::of("//! mistake: borrow-into-spawn\n//! error: E0373\n\nfn f() {}\n");
        assert_eq!(labels.mistake.as_deref(), Some("borrow-into-spawn"));
        assert_eq!(labels.error.as_deref(), Some("E0373"));
        assert_eq!(Labels::of("fn f() {}\n//! mistake: no\n"), Labels::default());
    }
}
