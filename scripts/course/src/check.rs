//! `cargo course check`: builds an exercise's check, runs it, and explains.
//!
//! [`check`] does the work and returns an [`Outcome`]; [`run`] is the command around it.

use std::ffi::OsString;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{self, Command, ExitCode, Stdio};
use std::{env, thread};

use anstream::adapter::strip_str;
use anyhow::{Context, Result, bail, ensure};
use cargo_metadata::diagnostic::{Diagnostic, DiagnosticLevel};
use cargo_metadata::{Message, TargetKind};

use crate::catalogue::{Catalogue, Mistake};
use crate::overview;
use crate::progress::{Failed, Progress, Record, State, hash};
use crate::text::{self, BOLD, GREEN, MAGENTA, RED};
use crate::workspace::{Course, Exercise};

/// How a check ended.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// The compiler refused the answer.
    DoesNotCompile {
        /// Its errors, in its order.
        errors: Vec<CompilerError>,
    },
    /// The answer compiles, and is wrong.
    Failed {
        /// What the check said.
        output: String,
        /// The mistake that the answer shows, if it shows one.
        mistake: Option<String>,
        /// What the compiler had to say about the reader's file all the same.
        warnings: Vec<String>,
    },
    /// The answer is right.
    Passed {
        /// What the check said.
        output: String,
    },
}

/// An error of rustc's.
#[derive(Debug, Clone)]
pub struct CompilerError {
    /// `E0373`; some errors have none.
    pub code: Option<String>,
    /// The first line, without the code.
    pub message: String,
    /// All of it as rustc shows it, in color.
    pub rendered: String,
    /// The file it points to, relative to the root of the repository, and the line.
    pub place: Option<(PathBuf, usize)>,
}

/// Runs `cargo course check [NAME]`.
pub fn run(course: &Course, exercise: Option<&Exercise>) -> Result<ExitCode> {
    let mut progress = Progress::open(course)?;
    let Some(exercise) = exercise.or_else(|| progress.next(course)) else {
        ensure!(course.exercises().next().is_some(), "the course has no exercise yet");
        text::say("Every exercise is done.\n");
        return Ok(ExitCode::SUCCESS);
    };
    ensure!(
        exercise.file.is_file(),
        "{} is missing: `cargo course reset {}` puts it back as it was shipped",
        course.shown(&exercise.file),
        exercise.name
    );
    let untouched = progress.state(exercise) == State::NotStarted;
    let answer = hash(&fs::read(&exercise.file)?);
    let catalogue = Catalogue::open(&course.root)?;

    let outcome = check(course, exercise)?;
    let (said, mistake) = outcome.told(course, exercise, &catalogue, untouched);
    text::say(&said);
    let passed = matches!(outcome, Outcome::Passed { .. });
    let compiled = !matches!(outcome, Outcome::DoesNotCompile { .. });
    let saved = progress
        .change(exercise, |record| record.take(answer, passed, compiled, mistake));
    if let Err(error) = saved {
        text::warn(&format!(
            "{MAGENTA}note:{MAGENTA:#} this is not remembered: {error:#}"
        ));
    }
    if passed {
        text::say(&after_a_pass(course, exercise, &catalogue, &progress));
    }
    Ok(if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Builds and runs the check of this exercise.
///
/// # Errors
///
/// Fails if there is no verdict: Cargo cannot be run, or the build fails before it reaches
/// the exercise. What Cargo and rustc say of that is on standard error by then.
pub fn check(course: &Course, exercise: &Exercise) -> Result<Outcome> {
    let built = build(course, exercise)?;
    let Some(program) = built.program else {
        return Ok(Outcome::DoesNotCompile { errors: built.errors });
    };
    let (passed, output, mistake) = execute(course, exercise, &program)?;
    Ok(if passed {
        Outcome::Passed { output }
    } else {
        Outcome::Failed { output, mistake, warnings: built.warnings }
    })
}

struct Built {
    program: Option<PathBuf>,
    errors: Vec<CompilerError>,
    warnings: Vec<String>,
}

/// Builds just as the reader's own `cargo test --test NAME` would, so that nothing is built
/// twice.
fn build(course: &Course, exercise: &Exercise) -> Result<Built> {
    let package = &course.chapter_of(exercise).package;
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["test", "--test", &exercise.name, "--no-run"])
        .arg("--message-format=json-diagnostic-rendered-ansi")
        .current_dir(&course.root)
        .env("CARGO_TERM_COLOR", "always")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("Cargo cannot be started")?;
    let stderr = cargo.stderr.take().expect("piped above");
    let ours = package.clone();
    let progress = thread::spawn(move || pass_on_progress(stderr, &ours));

    let mut built = Built { program: None, errors: vec![], warnings: vec![] };
    let file = exercise.file.strip_prefix(&course.root).unwrap_or(&exercise.file);
    let stdout = BufReader::new(cargo.stdout.take().expect("piped above"));
    for message in Message::parse_stream(stdout) {
        match message.context("Cargo's messages cannot be read")? {
            Message::CompilerArtifact(artifact)
                if artifact.target.name == exercise.name
                    && artifact.target.is_kind(TargetKind::Test) =>
            {
                built.program = artifact.executable.map(Into::into);
            }
            Message::CompilerMessage(message) if message.target.name == exercise.name => {
                built.take(message.message, file);
            }
            Message::CompilerMessage(message)
                if message.message.level == DiagnosticLevel::Error =>
            {
                text::warn(&message.message.rendered.unwrap_or_default());
            }
            _ => {}
        }
    }
    let status = cargo.wait()?;
    let _ = progress.join();
    if !status.success() && built.errors.is_empty() {
        bail!("the build failed before it reached {}", file.display());
    }
    Ok(built)
}

impl Built {
    fn take(&mut self, diagnostic: Diagnostic, file: &Path) {
        let rendered = diagnostic.rendered.unwrap_or_default();
        let span = diagnostic.spans.iter().find(|span| span.is_primary);
        let place = span.map(|span| (PathBuf::from(&span.file_name), span.line_start));
        match diagnostic.level {
            DiagnosticLevel::Error
                if diagnostic.message.starts_with("aborting due to") => {}
            DiagnosticLevel::Error | DiagnosticLevel::Ice => {
                self.errors.push(CompilerError {
                    code: diagnostic.code.map(|code| code.code),
                    message: diagnostic.message,
                    rendered,
                    place,
                });
            }
            DiagnosticLevel::Warning if place.is_some_and(|(path, _)| path == file) => {
                self.warnings.push(rendered);
            }
            _ => {}
        }
    }
}

/// Shows what Cargo says while it works, but for the lines that are the same at every check.
fn pass_on_progress(stderr: impl Read, package: &str) {
    let own = format!("Compiling {package} v");
    for line in BufReader::new(stderr).lines().map_while(Result::ok) {
        let words = strip_str(&line).to_string();
        let words = words.trim_start();
        let every_time = words.is_empty()
            || words.starts_with(&own)
            || words.starts_with("Finished ")
            || words.starts_with("Executable ")
            || words.starts_with("warning: build failed, waiting")
            || words.starts_with(&format!("warning: `{package}` ("))
            || words.starts_with("error: could not compile");
        if !every_time {
            text::warn(&line);
        }
    }
}

/// Runs the built check as Cargo would. Returns whether it passed, what it said, and which
/// mistake it named.
fn execute(
    course: &Course,
    exercise: &Exercise,
    program: &Path,
) -> Result<(bool, String, Option<String>)> {
    let report = Report(env::temp_dir().join(format!("course-report-{}", process::id())));
    let output = Command::new(program)
        .current_dir(&course.chapter_of(exercise).dir)
        .env("CARGO_MANIFEST_DIR", &course.chapter_of(exercise).dir)
        .env("PROBE_CATALOGUE", course.root.join("book/src/mistakes.md"))
        .env("PROBE_REPORT", &report.0)
        .env("RUST_BACKTRACE", "0")
        .env("COLUMNS", text::width().to_string())
        .envs(color_for_a_pipe())
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("{} cannot be run", program.display()))?;
    let said = String::from_utf8_lossy(&output.stdout);
    let mistake = fs::read_to_string(&report.0).ok().and_then(|verdict| {
        let id = verdict.lines().next()?.strip_prefix("fail ")?.trim();
        (id != "unnamed").then(|| id.to_string())
    });
    Ok((output.status.success(), without_frame(&said), mistake))
}

/// The check writes to a pipe, and what comes out of it is shown to a person.
fn color_for_a_pipe() -> Option<(&'static str, OsString)> {
    env::var_os("NO_COLOR").is_none().then(|| ("CLICOLOR_FORCE", "1".into()))
}

/// The verdict's file; removed when dropped.
struct Report(PathBuf);

impl Drop for Report {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// A check's output without the lines that `cargo test` frames it with.
fn without_frame(said: &str) -> String {
    let frame = |line: &str| {
        let counts = line.strip_prefix("running ").and_then(|rest| rest.split_once(' '));
        line.starts_with("test result: ")
            || counts.is_some_and(|(n, unit)| {
                n.parse::<usize>().is_ok() && ["test", "tests"].contains(&unit)
            })
    };
    let lines: Vec<&str> = said.lines().filter(|line| !frame(line)).collect();
    let kept = lines.join("\n");
    if kept.trim().is_empty() {
        String::new()
    } else {
        kept.trim_matches('\n').to_string() + "\n"
    }
}

impl Record {
    /// Remembers how an answer did.
    fn take(
        &mut self,
        answer: String,
        passed: bool,
        compiled: bool,
        mistake: Option<String>,
    ) {
        if passed {
            self.passed = Some(answer);
            self.failed = None;
            return;
        }
        // The check may have become stricter since.
        self.passed.take_if(|passed| *passed == answer);
        self.failed = Some(Failed { answer, compiled, mistake });
    }
}

impl Outcome {
    /// What to say, and which mistake the answer shows.
    fn told(
        &self,
        course: &Course,
        exercise: &Exercise,
        catalogue: &Catalogue,
        untouched: bool,
    ) -> (String, Option<String>) {
        match self {
            Outcome::Passed { output } => (output.clone(), None),
            Outcome::Failed { output, mistake, warnings } => {
                let mut said = output.clone();
                if output.is_empty() {
                    said = format!(
                        "{RED}{} failed, and said nothing.{RED:#}\n",
                        exercise.name
                    );
                }
                if !warnings.is_empty() {
                    said += &format!("\n{BOLD}The compiler had warned:{BOLD:#}\n\n");
                    said += &warnings.concat();
                }
                said += &what_now(course, exercise);
                (said, mistake.clone())
            }
            Outcome::DoesNotCompile { errors } => {
                let mut said: String =
                    errors.iter().map(|error| error.rendered.as_str()).collect();
                if !said.ends_with("\n\n") {
                    said.push('\n');
                }
                let mistakes = explain(exercise, catalogue, errors);
                match &mistakes[..] {
                    [] => said += &unexplained(course, exercise, errors, untouched),
                    [(one, error)] => said += &one.told(exercise, &error.saw()),
                    several => {
                        said += &several_told(exercise, several);
                    }
                }
                said += &what_now(course, exercise);
                let only = (mistakes.len() == 1).then(|| mistakes[0].0.id.clone());
                (said, only)
            }
        }
    }
}

/// The mistakes that the exercise is there to meet and that rustc reports by one of these
/// errors: those of the first error that is so explained.
fn explain<'a>(
    exercise: &Exercise,
    catalogue: &'a Catalogue,
    errors: &'a [CompilerError],
) -> Vec<(&'a Mistake, &'a CompilerError)> {
    errors
        .iter()
        .map(|error| {
            exercise
                .meets
                .iter()
                .filter_map(|id| catalogue.get(id))
                .filter(|mistake| mistake.explains(error.code.as_deref(), &error.message))
                .map(|mistake| (mistake, error))
                .collect::<Vec<_>>()
        })
        .find(|found| !found.is_empty())
        .unwrap_or_default()
}

impl CompilerError {
    /// Whether this is what a manifest's `starts` names: a code, or words of the message.
    fn is(&self, sign: &str) -> bool {
        self.code.as_deref() == Some(sign) || self.message.contains(sign)
    }

    /// Whether names or types do not fit together, as when a signature was changed.
    fn is_about_an_interface(&self) -> bool {
        let codes = [
            "E0061", "E0107", "E0308", "E0423", "E0425", "E0432", "E0433", "E0599",
            "E0603",
        ];
        self.code.as_deref().is_some_and(|code| codes.contains(&code))
    }

    fn saw(&self) -> String {
        let what = match &self.code {
            Some(code) => format!("rustc's error {code}"),
            None => format!("rustc's error \"{}\"", self.message),
        };
        match &self.place {
            Some((file, line)) => format!("{what} at {}:{line}", file.display()),
            None => what,
        }
    }
}

impl Mistake {
    fn told(&self, exercise: &Exercise, saw: &str) -> String {
        text::explanation(
            &exercise.name,
            &self.title,
            &self.id,
            saw,
            &self.because,
            &self.read,
        )
    }
}

fn several_told(exercise: &Exercise, several: &[(&Mistake, &CompilerError)]) -> String {
    let mut said = format!(
        "{BOLD}{}: the compiler refuses it, as it does for any of these{BOLD:#}\n",
        exercise.name
    );
    said += &text::fact("saw", &several[0].1.saw());
    for (mistake, _) in several {
        said += &text::fact("perhaps", &format!("{} [{}]", mistake.title, mistake.id));
        said += &text::fact("because", &mistake.because);
        said += &text::fact("read", &mistake.read);
    }
    said
}

/// What to do about errors that are none of the exercise's mistakes.
fn unexplained(
    course: &Course,
    exercise: &Exercise,
    errors: &[CompilerError],
    untouched: bool,
) -> String {
    let Some(first) = errors.first() else { return String::new() };
    let in_the_check = first
        .place
        .as_ref()
        .is_some_and(|(file, _)| course.root.join(file) == exercise.check);
    let advice = if untouched && first.is(&exercise.starts) {
        "So the exercise begins: the compiler refuses it, and its words say why. Its story and \
         its rules stand at the top of exercise.rs."
            .to_string()
    } else if in_the_check && first.is_about_an_interface() {
        "The error is where the check calls your code: keep the names and the signatures that \
         exercise.rs came with."
            .to_string()
    } else if in_the_check {
        "The error is where the check uses your code: what it asks of it, as the program around \
         it would, does not hold."
            .to_string()
    } else {
        format!(
            "It does not compile yet. Begin with the first of {}: later ones often follow from \
             it.",
            text::count(errors.len(), "error")
        )
    };
    text::wrapped("", &advice)
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
    let mut said = format!("\n{GREEN}{} passes.{GREEN:#}", exercise.name);
    if !exercise.meets.is_empty() {
        said += " What it was about:\n";
        for id in &exercise.meets {
            said += &match catalogue.get(id) {
                Some(Mistake { title, read, .. }) => {
                    text::wrapped("  - ", &format!("{title} [{id}]"))
                        + &text::wrapped("    ", &format!("read {read}"))
                }
                None => text::wrapped("  - ", id),
            };
        }
    }
    said.push('\n');
    said += &text::fact("ours", &format!("cargo course solution {}", exercise.name));
    said.push('\n');
    match progress.next_after(course, exercise) {
        Some(next) => said += &overview::told_next(course, next),
        None => said += "Every exercise is done.\n",
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_frame_of_cargo_test_is_left_out() {
        let said = "\nrunning 2 tests\ntest a ... ok\ntest b ... ok\n\ntest result: ok. 2 passed\n";
        assert_eq!(without_frame(said), "test a ... ok\ntest b ... ok\n");
        assert_eq!(without_frame("\nrunning 1 test\n\ntest result: ok.\n"), "");
        assert_eq!(without_frame("running late\n"), "running late\n");
    }

    #[test]
    fn an_answer_that_fails_after_it_passed_is_not_done() {
        let mut record = Record::default();
        record.take("a".into(), true, true, None);
        record.take("b".into(), false, true, Some("stuck".into()));
        assert_eq!(record.passed.as_deref(), Some("a"));
        record.take("a".into(), false, true, None);
        assert_eq!(record.passed, None);
    }
}
