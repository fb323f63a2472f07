//! `cargo course check`: builds an exercise's check, runs it, and explains.
//!
//! [`check`] does the work and returns an [`Outcome`]; [`run`] is the command around it.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::process::{self, ExitCode, Stdio};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use anstream::adapter::strip_str;
use anyhow::{Result, bail, ensure};
use cargo_metadata::diagnostic::{Diagnostic, DiagnosticLevel};
use cargo_metadata::{Message, TargetKind};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::Command;
use tokio::sync::oneshot;

use crate::live::overview;
use crate::repo::catalogue::{Catalogue, Mistake};
use crate::repo::progress::{Failed, Progress, Record, State, hash};
use crate::repo::workspace::{Course, Exercise};
use crate::run::group::{Group, asked_to_end};
use crate::text::{self, BOLD, GREEN, MAGENTA, RED};

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

/// What is heard while a check is under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A line that Cargo says while it builds, in color.
    Cargo {
        /// The line.
        line: String,
        /// Whether Cargo says it at every check, so that it is news to nobody.
        routine: bool,
    },
    /// What rustc has against something else than the reader's answer, or what the check says
    /// on standard error.
    Complaint(String),
    /// The build is through: the check runs.
    Running,
}

/// How a check ended, and how long it took.
#[derive(Debug, Clone)]
pub struct Checked {
    /// How it ended.
    pub outcome: Outcome,
    /// What the run looked like, as an SVG, if the check drew it.
    pub picture: Option<String>,
    /// How long Cargo took.
    pub build: Duration,
    /// How long the check ran.
    pub run: Duration,
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
    let outcome = match checked {
        Ok(checked) => checked.outcome,
        Err(status) => return Ok(status),
    };

    let told = outcome.told(course, exercise, &catalogue, untouched);
    text::say(&told.all());
    let saved = progress.change(exercise, |record| record.take(answer, &outcome, &told));
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

/// Builds and runs the check of this exercise.
///
/// Gives `None` if it was cancelled, by a message or by dropping the sender. Cargo or the check
/// is dead by then, children and all; if the future itself is dropped, they are being killed.
///
/// # Errors
///
/// Fails if there is no verdict: Cargo cannot be run, or the build fails before it reaches
/// the exercise. What Cargo and rustc say of that was told by then.
pub async fn check(
    course: &Course,
    exercise: &Exercise,
    tell: &mut (dyn FnMut(Event) + Send),
    cancelled: &mut oneshot::Receiver<()>,
) -> Result<Option<Checked>> {
    let started = Instant::now();
    let Some(built) = build(course, exercise, tell, cancelled).await? else {
        return Ok(None);
    };
    let build = started.elapsed();
    let Some(program) = built.program else {
        let outcome = Outcome::DoesNotCompile { errors: built.errors };
        let run = Duration::ZERO;
        return Ok(Some(Checked { outcome, picture: None, build, run }));
    };
    tell(Event::Running);
    let started = Instant::now();
    let Some(ran) = execute(course, exercise, &program, tell, cancelled).await? else {
        return Ok(None);
    };
    let Ran { passed, output, mistake, picture } = ran;
    let outcome = if passed {
        Outcome::Passed { output }
    } else {
        Outcome::Failed { output, mistake, warnings: built.warnings }
    };
    Ok(Some(Checked { outcome, picture, build, run: started.elapsed() }))
}

#[derive(Default)]
struct Built {
    program: Option<PathBuf>,
    errors: Vec<CompilerError>,
    warnings: Vec<String>,
}

/// Builds just as the reader's own `cargo test --test NAME` would, so that nothing is built
/// twice.
async fn build(
    course: &Course,
    exercise: &Exercise,
    tell: &mut (dyn FnMut(Event) + Send),
    cancelled: &mut oneshot::Receiver<()>,
) -> Result<Option<Built>> {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .args(["test", "--test", &exercise.name, "--no-run"])
        .arg("--message-format=json-diagnostic-rendered-ansi")
        .current_dir(&course.root)
        .env("CARGO_TERM_COLOR", "always")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut cargo = Group::start(cargo)?;
    let (stdout, stderr) = cargo.pipes();
    let mut messages = BufReader::new(stdout).split(b'\n');
    let mut lines = BufReader::new(stderr).split(b'\n');

    let mut built = Built::default();
    let package = &course.chapter_of(exercise).package;
    let file = exercise.file.strip_prefix(&course.root).unwrap_or(&exercise.file);
    let (mut messages_end, mut lines_end) = (false, false);
    while !(messages_end && lines_end) {
        tokio::select! {
            _ = &mut *cancelled => {
                cargo.kill().await;
                return Ok(None);
            }
            message = messages.next_segment(), if !messages_end => match message? {
                Some(message) => built.hear(&message, exercise, file, tell),
                None => messages_end = true,
            },
            line = lines.next_segment(), if !lines_end => match line? {
                Some(line) => {
                    let line = String::from_utf8_lossy(&line).trim_end().to_string();
                    let routine = is_routine(&line, package);
                    tell(Event::Cargo { line, routine });
                }
                None => lines_end = true,
            },
        }
    }
    let status = cargo.wait().await?;
    if !status.success() && built.errors.is_empty() {
        bail!("the build failed before it reached {}", file.display());
    }
    Ok(Some(built))
}

impl Built {
    /// Takes one of the lines that Cargo writes for programs.
    fn hear(
        &mut self,
        line: &[u8],
        exercise: &Exercise,
        file: &Path,
        tell: &mut (dyn FnMut(Event) + Send),
    ) {
        // A line that is no message was printed by something that took part in the build.
        let Ok(message) = serde_json::from_slice(line) else { return };
        match message {
            Message::CompilerArtifact(artifact)
                if artifact.target.name == exercise.name
                    && artifact.target.is_kind(TargetKind::Test) =>
            {
                self.program = artifact.executable.map(Into::into);
            }
            Message::CompilerMessage(message) if message.target.name == exercise.name => {
                self.take(message.message, file);
            }
            Message::CompilerMessage(message)
                if message.message.level == DiagnosticLevel::Error =>
            {
                tell(Event::Complaint(message.message.rendered.unwrap_or_default()));
            }
            _ => {}
        }
    }

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

/// Whether Cargo says this line at every check.
fn is_routine(line: &str, package: &str) -> bool {
    let words = strip_str(line).to_string();
    let words = words.trim_start();
    words.is_empty()
        || words.starts_with(&format!("Compiling {package} v"))
        || words.starts_with("Finished ")
        || words.starts_with("Executable ")
        || words.starts_with("warning: build failed, waiting")
        || words.starts_with(&format!("warning: `{package}` ("))
        || words.starts_with("error: could not compile")
}

/// How the run of a check ended.
struct Ran {
    passed: bool,
    output: String,
    mistake: Option<String>,
    picture: Option<String>,
}

/// Runs the built check as Cargo would.
async fn execute(
    course: &Course,
    exercise: &Exercise,
    program: &Path,
    tell: &mut (dyn FnMut(Event) + Send),
    cancelled: &mut oneshot::Receiver<()>,
) -> Result<Option<Ran>> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let name = format!("course-report-{}-{}", process::id(), COUNT.fetch_add(1, Relaxed));
    let picture = Report(env::temp_dir().join(format!("{name}.svg")));
    let report = Report(env::temp_dir().join(name));
    let mut check = Command::new(program);
    check
        .current_dir(&course.chapter_of(exercise).dir)
        .env("CARGO_MANIFEST_DIR", &course.chapter_of(exercise).dir)
        .env("PROBE_CATALOGUE", course.root.join("book/src/mistakes.md"))
        .env("PROBE_REPORT", &report.0)
        .env("PROBE_PICTURE", &picture.0)
        .env("RUST_BACKTRACE", "0")
        .env("COLUMNS", text::width().to_string())
        .envs(color_for_a_pipe())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut check = Group::start(check)?;
    let (mut stdout, mut stderr) = check.pipes();
    let (mut said, mut complained) = (Vec::new(), Vec::new());
    tokio::select! {
        _ = cancelled => {
            check.kill().await;
            return Ok(None);
        }
        read = async {
            tokio::try_join!(
                stdout.read_to_end(&mut said),
                stderr.read_to_end(&mut complained)
            )
        } => read?,
    };
    let status = check.wait().await?;
    if !complained.is_empty() {
        tell(Event::Complaint(String::from_utf8_lossy(&complained).into_owned()));
    }
    let mistake = fs::read_to_string(&report.0).ok().and_then(|verdict| {
        let id = verdict.lines().next()?.strip_prefix("fail ")?.trim();
        (id != "unnamed").then(|| id.to_string())
    });
    let output = without_frame(&String::from_utf8_lossy(&said));
    let picture = fs::read_to_string(&picture.0).ok();
    Ok(Some(Ran { passed: status.success(), output, mistake, picture }))
}

/// The check writes to a pipe, and what comes out of it is shown to a person.
fn color_for_a_pipe() -> Option<(&'static str, OsString)> {
    env::var_os("NO_COLOR").is_none().then(|| ("CLICOLOR_FORCE", "1".into()))
}

/// A file that the check writes; removed when dropped.
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
    /// Remembers how an answer, given by its hash, did.
    pub(crate) fn take(&mut self, answer: String, outcome: &Outcome, told: &Told) {
        if matches!(outcome, Outcome::Passed { .. }) {
            self.passed = Some(answer);
            self.failed = None;
            return;
        }
        // The check may have become stricter since.
        self.passed.take_if(|passed| *passed == answer);
        self.failed = Some(Failed {
            answer,
            compiled: !matches!(outcome, Outcome::DoesNotCompile { .. }),
            mistake: told.mistake.clone(),
        });
    }
}

/// What is to be said of an outcome.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    /// What happened, in one line without color.
    pub headline: String,
    /// The words of the compiler, or the cases that passed: as long as they come.
    pub words: String,
    /// What a reader has to read of it.
    pub meaning: String,
    /// What else there is: what the answer printed, what the compiler had warned of.
    pub aside: String,
    /// What the check saw, or the error of rustc's that has a meaning.
    pub saw: Option<String>,
    /// The mistake that the answer shows, if it shows one and no other.
    pub mistake: Option<String>,
}

impl Told {
    /// All of it, as `cargo course check` shows it.
    pub fn all(&self) -> String {
        format!("{}{}{}", self.words, self.meaning, self.aside)
    }
}

impl Outcome {
    /// What to say. `untouched` is an answer that is as it was shipped.
    pub fn told(
        &self,
        course: &Course,
        exercise: &Exercise,
        catalogue: &Catalogue,
        untouched: bool,
    ) -> Told {
        match self {
            Outcome::Passed { output } => Told {
                headline: format!("{} passes", exercise.name),
                words: output.clone(),
                ..Told::default()
            },
            Outcome::Failed { output, mistake, warnings } => {
                failed(exercise, output, mistake.as_deref(), warnings)
            }
            Outcome::DoesNotCompile { errors } => {
                let mut words: String =
                    errors.iter().map(|error| error.rendered.as_str()).collect();
                if !words.ends_with("\n\n") {
                    words.push('\n');
                }
                let mistakes = explain(exercise, catalogue, errors);
                let (headline, meaning) = match &mistakes[..] {
                    [] => (
                        errors.first().map_or("It does not compile".into(), headline),
                        unexplained(course, exercise, errors, untouched),
                    ),
                    [(one, error)] => {
                        (one.title.clone(), one.told(exercise, &error.saw()))
                    }
                    several => (
                        "The compiler refuses it".to_string(),
                        several_told(exercise, several),
                    ),
                };
                let about = mistakes.first().map(|(_, error)| *error).or(errors.first());
                let only = (mistakes.len() == 1).then(|| mistakes[0].0.id.clone());
                Told {
                    headline,
                    words,
                    meaning,
                    saw: about.map(CompilerError::saw),
                    mistake: only,
                    ..Told::default()
                }
            }
        }
    }
}

/// What to say of an answer that compiles and is wrong.
fn failed(
    exercise: &Exercise,
    output: &str,
    mistake: Option<&str>,
    warnings: &[String],
) -> Told {
    if output.is_empty() {
        let headline = format!("{} failed, and said nothing", exercise.name);
        let meaning = format!("{RED}{headline}.{RED:#}\n");
        let aside = warned(warnings);
        let mistake = mistake.map(str::to_string);
        return Told { headline, meaning, aside, mistake, ..Told::default() };
    }
    let (meaning, printed) = match output.find("\n  what it printed:") {
        Some(at) => output.split_at(at),
        None => (output, ""),
    };
    let plain = strip_str(meaning).to_string();
    let first = plain.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let title = first.strip_prefix(&format!("{}: ", exercise.name)).unwrap_or(first);
    let title = match mistake {
        Some(id) => title.trim_end().trim_end_matches(&format!("[{id}]")),
        None => title,
    };
    Told {
        headline: title.trim().to_string(),
        words: String::new(),
        saw: fact(&plain, "saw"),
        meaning: meaning.to_string(),
        aside: printed.to_string() + &warned(warnings),
        mistake: mistake.map(str::to_string),
    }
}

/// What rustc refuses, in one line: "It does not compile: mismatched types (E0308)".
fn headline(error: &CompilerError) -> String {
    let message = error.message.lines().next().unwrap_or_default();
    let code = error.code.as_ref().map(|code| format!(" ({code})"));
    format!("It does not compile: {message}{}", code.unwrap_or_default())
}

fn warned(warnings: &[String]) -> String {
    if warnings.is_empty() {
        return String::new();
    }
    format!("\n{BOLD}The compiler had warned:{BOLD:#}\n\n{}", warnings.concat())
}

/// The value of a line `  saw       10 tasks …`, and of those that go on from it.
fn fact(plain: &str, key: &str) -> Option<String> {
    let mut lines =
        plain.lines().skip_while(|line| !line.starts_with(&format!("  {key} ")));
    let first = lines.next()?.trim_start().strip_prefix(key)?;
    let rest = lines.take_while(|line| line.starts_with("     "));
    let words: Vec<&str> = [first].into_iter().chain(rest).map(str::trim).collect();
    Some(words.join(" "))
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
    } else if errors.len() == 1 {
        "It does not compile yet: the compiler's words say why.".to_string()
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
    let mut said = format!("\n{}\n", learned(exercise, catalogue));
    said += &text::fact("ours", &format!("cargo course solution {}", exercise.name));
    said.push('\n');
    match progress.next_after(course, exercise) {
        Some(next) => said += &overview::told_next(course, next, None),
        None => said += "Every exercise is done.\n",
    }
    said
}

/// That the exercise passes, and what it was about.
pub(crate) fn learned(exercise: &Exercise, catalogue: &Catalogue) -> String {
    let mut said = format!("{GREEN}{} passes.{GREEN:#}", exercise.name);
    if exercise.meets.is_empty() {
        return said + "\n";
    }
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
    fn what_a_check_saw_is_put_together_again() {
        let said = "01-zero: Not zero   [not-zero]\n  saw       one, and\n            two\n  because   of\n";
        assert_eq!(fact(said, "saw").as_deref(), Some("one, and two"));
        assert_eq!(fact(said, "because").as_deref(), Some("of"));
        assert_eq!(fact(said, "read"), None);
    }

    #[test]
    fn an_answer_that_fails_after_it_passed_is_not_done() {
        let mut record = Record::default();
        let passed = Outcome::Passed { output: String::new() };
        let failed =
            Outcome::Failed { output: String::new(), mistake: None, warnings: vec![] };
        record.take("a".into(), &passed, &Told::default());
        record.take("b".into(), &failed, &Told::default());
        assert_eq!(record.passed.as_deref(), Some("a"));
        record.take("a".into(), &failed, &Told::default());
        assert_eq!(record.passed, None);
    }
}
