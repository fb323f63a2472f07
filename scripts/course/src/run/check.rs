//! An exercise's check: builds it, runs it, and tells how it ended.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{self, Stdio};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use anstream::adapter::strip_str;
use anyhow::{Result, bail};
use cargo_metadata::diagnostic::{Diagnostic, DiagnosticLevel};
use cargo_metadata::{Message, TargetKind};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::Command;
use tokio::sync::oneshot;

use crate::repo::workspace::{Course, Exercise};
use crate::run::group::Group;
use crate::text;

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

impl CompilerError {
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
}
