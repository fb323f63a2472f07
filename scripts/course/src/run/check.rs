//! An exercise's check: builds it, runs it, and tells how it ended.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anstream::adapter::strip_str;
use anyhow::{Result, bail, ensure};
use cargo_metadata::diagnostic::{Diagnostic, DiagnosticLevel};
use cargo_metadata::{Message, TargetKind};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader};
use tokio::process::Command;
use tokio::sync::oneshot;

use crate::repo::workspace::{Course, Exercise};
use crate::run::cargo;
use crate::run::content::{Content, KEY, Place};
use crate::run::group::Group;
use crate::text;

/// How often an answer may be saved while it is built before the check gives up.
const BUILDS: usize = 8;

/// How much of a check's output is kept.
const OUTPUT: usize = 1 << 20;

/// How long to wait for the end of the output of a check that has ended. It is there already,
/// unless a process has left the check's group and holds on to it.
const LAST_WORDS: Duration = Duration::from_millis(500);

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
    /// The answer that was checked, by its hash. It may be another one than when the check began.
    pub answer: String,
    /// How it ended.
    pub outcome: Outcome,
    /// What the run looked like, as an SVG, if the check drew it.
    pub picture: Option<String>,
    /// How long Cargo took.
    pub build: Duration,
    /// How long the check ran.
    pub run: Duration,
}

impl CompilerError {
    /// Whether it says nothing of the program, but that the compiler or the linker cannot work: for
    /// want of room or of a folder, say.
    fn is_of_the_machine(&self) -> bool {
        let linker = self.message.starts_with("linking with");
        self.code.is_none()
            && self.place.is_none()
            && (linker || self.rendered.contains("(os error "))
    }

    /// Whether this is what a manifest's `starts` names: a code, or words of the message.
    pub fn is(&self, sign: &str) -> bool {
        self.code.as_deref() == Some(sign) || self.message.contains(sign)
    }

    /// Whether names or types do not fit together, as when a signature was changed.
    pub fn is_about_an_interface(&self) -> bool {
        let codes = [
            "E0061", "E0107", "E0308", "E0423", "E0425", "E0432", "E0433", "E0599",
            "E0603",
        ];
        self.code.as_deref().is_some_and(|code| codes.contains(&code))
    }

    /// What is seen of it, in a line: "rustc's error E0373 at chapters/…:12".
    pub fn saw(&self) -> String {
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

/// Builds and runs the check of this exercise.
///
/// The verdict is about the content of the reader's file: see [`content`](crate::run::content).
///
/// Gives `None` if it was cancelled, by a message or by dropping the sender. Cargo or the check
/// is dead by then, children and all; if the future itself is dropped, they are being killed.
///
/// # Errors
///
/// Fails if there is no verdict: Cargo cannot be run, the build fails before it reaches
/// the exercise, or the check ends without one. What was said of that was told by then.
pub async fn check(
    course: &Course,
    exercise: &Exercise,
    tell: &mut (dyn FnMut(Event) + Send),
    cancelled: &mut oneshot::Receiver<()>,
) -> Result<Option<Checked>> {
    let started = Instant::now();
    let place = tokio::select! {
        _ = &mut *cancelled => return Ok(None),
        place = Place::take(course, exercise) => place?,
    };
    let built = build_what_is_there(course, exercise, &place, tell, cancelled).await?;
    let Some((Content { answer, .. }, built)) = built else {
        return Ok(None);
    };
    let build = started.elapsed();
    let Some(program) = built.program else {
        let outcome = Outcome::DoesNotCompile { errors: built.errors };
        let run = Duration::ZERO;
        return Ok(Some(Checked { answer, outcome, picture: None, build, run }));
    };
    tell(Event::Running);
    let started = Instant::now();
    let ran = execute(course, exercise, &place, &program, tell, cancelled).await?;
    let Some(Ran { said, output, picture }) = ran else {
        return Ok(None);
    };
    let outcome = match said {
        Said::Pass => Outcome::Passed { output },
        Said::Fail(mistake) => {
            Outcome::Failed { output, mistake, warnings: built.warnings }
        }
    };
    Ok(Some(Checked { answer, outcome, picture, build, run: started.elapsed() }))
}

/// Builds until what is there after the build is what was there before.
async fn build_what_is_there(
    course: &Course,
    exercise: &Exercise,
    place: &Place,
    tell: &mut (dyn FnMut(Event) + Send),
    cancelled: &mut oneshot::Receiver<()>,
) -> Result<Option<(Content, Built)>> {
    let shown = course.shown(&exercise.file);
    let mut content = Content::of(course, exercise)?;
    for _ in 0..BUILDS {
        let (key, is_known) = place.key(&content)?;
        let built = build(course, exercise, &key, tell, cancelled).await?;
        let Some(built) = built else { return Ok(None) };
        let now = Content::of(course, exercise)?;
        if now != content {
            content = now;
            continue;
        }
        ensure!(
            is_known || built.program.is_none() || !built.is_fresh,
            "Cargo did not build {} anew: it must use `probe::main!`, by which it depends on {KEY}",
            course.shown(&exercise.check)
        );
        if built.program.is_some() {
            place.built(&key);
            return Ok(Some((content, built)));
        }
        if built.errors.iter().all(CompilerError::is_of_the_machine) {
            for error in built.errors {
                tell(Event::Complaint(error.rendered));
            }
            bail!(
                "{shown} could not be built, and it may well be right: see what the compiler \
                 says, and whether there is room on the disk and in the folder for temporary \
                 files"
            );
        }
        return Ok(Some((content, built)));
    }
    bail!("{shown} changed each time while it was built: check it when it is at rest");
}

#[derive(Default)]
struct Built {
    program: Option<PathBuf>,
    /// Whether Cargo had built it before.
    is_fresh: bool,
    errors: Vec<CompilerError>,
    warnings: Vec<String>,
}

/// Builds as the reader's own `cargo test --test NAME` would, so that nothing but the check
/// itself is built twice.
async fn build(
    course: &Course,
    exercise: &Exercise,
    key: &str,
    tell: &mut (dyn FnMut(Event) + Send),
    cancelled: &mut oneshot::Receiver<()>,
) -> Result<Option<Built>> {
    let mut cargo = Command::from(cargo::cargo(&course.root));
    cargo
        .args(["test", "--test", &exercise.name, "--no-run"])
        .arg("--message-format=json-diagnostic-rendered-ansi")
        .env(KEY, key)
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
                self.is_fresh = artifact.fresh;
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
    said: Said,
    output: String,
    picture: Option<String>,
}

/// What a check reports.
#[derive(Debug, PartialEq, Eq)]
enum Said {
    Pass,
    /// With the mistake that the answer shows, if it shows one.
    Fail(Option<String>),
}

impl Said {
    /// Reads the first line of a report. It is taken at its word only if the check ended
    /// accordingly.
    fn read(report: Option<&str>, is_success: bool) -> Option<Said> {
        let first = report?.lines().next()?;
        match (first.strip_prefix("fail "), is_success) {
            (None, true) if first == "pass" => Some(Said::Pass),
            (Some(id), false) => {
                let id = id.trim();
                Some(Said::Fail((id != "unnamed").then(|| id.to_string())))
            }
            _ => None,
        }
    }
}

/// Runs the built check as Cargo would.
async fn execute(
    course: &Course,
    exercise: &Exercise,
    place: &Place,
    program: &Path,
    tell: &mut (dyn FnMut(Event) + Send),
    cancelled: &mut oneshot::Receiver<()>,
) -> Result<Option<Ran>> {
    let folder = place.folder()?;
    let report = folder.path().join("report");
    let picture = folder.path().join("picture.svg");
    let mut check = Command::new(program);
    check
        // What an answer printed is of interest, even if it is right.
        .arg("--nocapture")
        .current_dir(&course.chapter_of(exercise).dir)
        .env("CARGO_MANIFEST_DIR", &course.chapter_of(exercise).dir)
        .env("PROBE_CATALOGUE", course.root.join("book/src/mistakes.md"))
        .env("PROBE_REPORT", &report)
        .env("PROBE_PICTURE", &picture)
        .env("RUST_BACKTRACE", "0")
        .env("COLUMNS", text::width().to_string())
        .envs(color_for_a_pipe())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut check = Group::start(check)?;
    let (mut output, mut complaints) = (Vec::new(), Vec::new());
    let ended = tokio::select! {
        _ = cancelled => None,
        ended = listen(&mut check, &mut output, &mut complaints) => Some(ended?),
    };
    let Some(status) = ended else {
        check.kill().await;
        return Ok(None);
    };
    if !complaints.is_empty() {
        tell(Event::Complaint(String::from_utf8_lossy(&complaints).into_owned()));
    }
    let output = without_frame(&String::from_utf8_lossy(&output));
    let report = fs::read_to_string(&report).ok();
    let Some(said) = Said::read(report.as_deref(), status.success()) else {
        if !output.is_empty() {
            tell(Event::Complaint(output));
        }
        bail!(
            "the check of {} ended without a verdict ({status}), which says nothing of the answer",
            exercise.name
        );
    };
    let picture = fs::read_to_string(&picture).ok();
    Ok(Some(Ran { said, output, picture }))
}

/// Waits for the end of a check, and takes what it says.
async fn listen(
    check: &mut Group,
    output: &mut Vec<u8>,
    complaints: &mut Vec<u8>,
) -> Result<ExitStatus> {
    let (stdout, stderr) = check.pipes();
    let mut reading =
        pin!(async { tokio::try_join!(keep(stdout, output), keep(stderr, complaints)) });
    let mut ending = pin!(check.wait());
    let mut is_open = true;
    let status = loop {
        tokio::select! {
            read = &mut reading, if is_open => {
                read?;
                is_open = false;
            }
            status = &mut ending => break status?,
        }
    };
    if is_open && let Ok(read) = tokio::time::timeout(LAST_WORDS, reading).await {
        read?;
    }
    Ok(status)
}

/// Reads to the end, and keeps the beginning.
async fn keep(mut pipe: impl AsyncRead + Unpin, kept: &mut Vec<u8>) -> io::Result<()> {
    let mut buffer = [0; 8192];
    loop {
        let n = pipe.read(&mut buffer).await?;
        if n == 0 {
            return Ok(());
        }
        let room = OUTPUT.saturating_sub(kept.len());
        kept.extend_from_slice(&buffer[..n.min(room)]);
    }
}

/// The check writes to a pipe, and what comes out of it is shown to a person.
fn color_for_a_pipe() -> Option<(&'static str, OsString)> {
    env::var_os("NO_COLOR").is_none().then(|| ("CLICOLOR_FORCE", "1".into()))
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
    fn a_report_that_the_exit_status_belies_is_no_verdict() {
        let named = Said::Fail(Some("stuck".into()));
        assert_eq!(Said::read(Some("pass\n"), true), Some(Said::Pass));
        assert_eq!(Said::read(Some("fail stuck\nwords"), false), Some(named));
        assert_eq!(Said::read(Some("fail unnamed\n"), false), Some(Said::Fail(None)));
        for (report, is_success) in [
            (None, true),
            (None, false),
            (Some(""), true),
            (Some("none\n"), false),
            (Some("pass\n"), false),
            (Some("fail stuck\n"), true),
        ] {
            assert_eq!(Said::read(report, is_success), None, "{report:?} {is_success}");
        }
    }

    #[test]
    fn an_error_of_the_machine_is_none_of_the_answer() {
        let error =
            |code: Option<&str>, message: &str, place: Option<&str>| CompilerError {
                code: code.map(Into::into),
                message: message.into(),
                rendered: format!("error: {message}"),
                place: place.map(|file| (file.into(), 1)),
            };
        let full = "couldn't create a temp dir: No space left on device (os error 28)";
        assert!(error(None, full, None).is_of_the_machine());
        assert!(error(None, "linking with `cc` failed", None).is_of_the_machine());
        assert!(!error(None, full, Some("exercise.rs")).is_of_the_machine());
        assert!(!error(Some("E0601"), "no main", None).is_of_the_machine());
        assert!(
            !error(None, "queries overflow the depth limit!", None).is_of_the_machine()
        );
    }
}
