//! The verdicts: every candidate built, and its check run as often as it takes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use cargo_metadata::diagnostic::{Diagnostic, DiagnosticLevel};

use crate::keep::counter::Counter;
use crate::keep::verify::museum::Expected;
use crate::repo::workspace::Course;
use crate::run::cargo::rendered;
use crate::run::scratch::{Built, Candidate, Scratch};
use crate::text::{DIM, GREEN, RED, paint};

/// How much real time the repeated runs of one candidate may take together. A wrong answer
/// that only the watchdog ends takes seconds a run.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// How hard a check is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effort {
    /// How often every candidate runs. Each run must end with the same verdict.
    pub repeat: usize,
    /// How many threads are kept busy beside them.
    pub busy: usize,
}

/// What a check says of a candidate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It passes.
    Pass,
    /// It shows this mistake.
    Fail(String),
    /// rustc refuses it, with these errors.
    Refused(Vec<Error>),
    /// There is no verdict, for this reason.
    None(String),
}

/// An error of rustc's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// `E0373`, or a lint's name; some errors have none.
    pub code: Option<String>,
    /// Its first line.
    pub message: String,
}

impl Error {
    /// Whether a label `//! error:` means this error: by its code, or by words of its message.
    pub fn is(&self, label: &str) -> bool {
        self.code.as_deref() == Some(label) || self.message.contains(label)
    }
}

/// The verdicts of one candidate's runs.
#[derive(Debug)]
pub struct Judged {
    /// Each verdict, and how many runs ended with it.
    pub verdicts: Vec<(Verdict, usize)>,
    /// What the check, or rustc, printed the first time with each.
    printed: Vec<String>,
}

impl Judged {
    fn once(verdict: Verdict, printed: String) -> Judged {
        Judged { verdicts: vec![(verdict, 1)], printed: vec![printed] }
    }

    fn add(&mut self, verdict: Verdict, printed: String) {
        match self.verdicts.iter_mut().find(|(one, _)| *one == verdict) {
            Some((_, count)) => *count += 1,
            None => {
                self.verdicts.push((verdict, 1));
                self.printed.push(printed);
            }
        }
    }

    /// How often it ran.
    pub fn runs(&self) -> usize {
        self.verdicts.iter().map(|(_, count)| count).sum()
    }

    /// Whether every run ended as it must.
    pub fn fits(&self, expected: &Expected) -> bool {
        self.verdicts.iter().all(|(verdict, _)| verdict.fits(expected))
    }
}

impl Verdict {
    /// Whether this is what must be.
    pub fn fits(&self, expected: &Expected) -> bool {
        match (self, expected) {
            (Verdict::Pass, Expected::Pass) => true,
            (Verdict::Fail(id), Expected::Mistake(wanted)) => id == wanted,
            (Verdict::Refused(said), Expected::Error(wanted)) => {
                said.iter().any(|error| error.is(wanted))
            }
            _ => false,
        }
    }

    /// What rustc's words against a program amount to.
    pub fn refused(diagnostics: &[Diagnostic]) -> Verdict {
        let errors = diagnostics.iter().filter(|one| {
            one.level == DiagnosticLevel::Error
                && !one.message.starts_with("aborting due to")
        });
        let error = |one: &Diagnostic| Error {
            code: one.code.as_ref().map(|code| code.code.clone()),
            message: one.message.clone(),
        };
        Verdict::Refused(errors.map(error).collect())
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Verdict::Pass => write!(f, "passes"),
            Verdict::Fail(id) => write!(f, "fails as [{id}]"),
            Verdict::Refused(said) => {
                let short = |error: &'_ Error| match &error.code {
                    Some(code) if code.starts_with('E') => code.clone(),
                    _ => error.message.clone(),
                };
                let said: BTreeSet<String> = said.iter().map(short).collect();
                let said: Vec<String> = said.into_iter().collect();
                write!(f, "does not compile: {}", said.join(", "))
            }
            Verdict::None(why) => write!(f, "gets no verdict: {why}"),
        }
    }
}

impl fmt::Display for Judged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let runs = self.runs();
        for (index, (verdict, count)) in self.verdicts.iter().enumerate() {
            let comma = if index == 0 { "" } else { "; " };
            write!(f, "{comma}{verdict}")?;
            if self.verdicts.len() > 1 {
                write!(f, " in {count} of {runs} runs")?;
            }
        }
        Ok(())
    }
}

/// What is shown of a candidate: a line, and where it got another verdict, what was printed.
pub fn row(candidate: &Candidate, expected: &Expected, judged: &Judged) -> String {
    let times = match judged.runs() {
        1 => String::new(),
        runs => paint(DIM, format!("  ({runs} runs)")),
    };
    if judged.fits(expected) {
        let (ok, name) = (paint(GREEN, "ok"), &candidate.name);
        return format!("  {ok}  {name:<44} {judged}{times}\n");
    }
    let mut row = format!(
        "  {}  {:<44} {judged}{times}\n      it must {expected}\n",
        paint(RED, "NO"),
        candidate.name
    );
    for ((verdict, _), printed) in judged.verdicts.iter().zip(&judged.printed) {
        if !verdict.fits(expected) {
            for line in printed.lines().take(40) {
                row += &format!("      | {line}\n");
            }
        }
    }
    row
}

/// Builds every candidate; by its target.
pub fn build(
    course: &Course,
    museum: &[(Candidate, Expected)],
) -> Result<BTreeMap<String, Built>> {
    let scratch = Scratch::of(course)?;
    let tests: Vec<String> = museum.iter().map(|(one, _)| one.target.clone()).collect();
    let counter = Counter::new("building", museum.len());
    scratch.build(&tests, &[], |done| counter.at(done))
}

/// Runs every candidate, and says in the same order what came of it.
pub fn judge(
    course: &Course,
    museum: &[(Candidate, Expected)],
    built: &BTreeMap<String, Built>,
    effort: Effort,
) -> Result<Vec<Judged>> {
    let counter = Counter::new("running", museum.len());
    let next = AtomicUsize::new(0);
    let done = AtomicUsize::new(0);
    let stop = AtomicBool::new(false);
    let judged: Mutex<BTreeMap<usize, Result<Judged>>> = Mutex::default();
    thread::scope(|scope| {
        for _ in 0..effort.busy {
            scope.spawn(|| {
                while !stop.load(Relaxed) {
                    std::hint::spin_loop();
                }
            });
        }
        let runners = thread::available_parallelism().map_or(1, usize::from);
        let runners: Vec<_> = (0..runners)
            .map(|_| {
                scope.spawn(|| {
                    loop {
                        let index = next.fetch_add(1, Relaxed);
                        let Some((candidate, _)) = museum.get(index) else { break };
                        let one = judge_one(
                            course,
                            candidate,
                            &built[&candidate.target],
                            effort,
                        );
                        judged.lock().expect("nobody panics").insert(index, one);
                        counter.at(done.fetch_add(1, Relaxed) + 1);
                    }
                })
            })
            .collect();
        runners.into_iter().for_each(|runner| runner.join().expect("it does not panic"));
        stop.store(true, Relaxed);
    });
    judged.into_inner().expect("nobody panicked").into_values().collect()
}

fn judge_one(
    course: &Course,
    candidate: &Candidate,
    built: &Built,
    effort: Effort,
) -> Result<Judged> {
    let program = match built {
        Built::Refused(diagnostics) => {
            let words: String = diagnostics.iter().map(rendered).collect();
            return Ok(Judged::once(Verdict::refused(diagnostics), words));
        }
        Built::Program(program) => program,
    };
    let started = Instant::now();
    let (verdict, printed) = check(course, candidate, program)?;
    let mut judged = Judged::once(verdict, printed);
    while judged.runs() < effort.repeat && started.elapsed() < PATIENCE {
        let (verdict, printed) = check(course, candidate, program)?;
        judged.add(verdict, printed);
    }
    Ok(judged)
}

/// Runs a built check once.
fn check(
    course: &Course,
    candidate: &Candidate,
    program: &Path,
) -> Result<(Verdict, String)> {
    let reports = course.target_dir.join("course").join("reports");
    fs::create_dir_all(&reports)?;
    let report = reports.join(format!("{}-{}", candidate.target, std::process::id()));
    let _ = fs::remove_file(&report);
    let output = Command::new(program)
        .current_dir(&course.root)
        .env("PROBE_REPORT", &report)
        .env("PROBE_CATALOGUE", course.root.join("book/src/mistakes.md"))
        .env("RUST_BACKTRACE", "0")
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot run {}", program.display()))?;
    let printed = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    let verdict = match fs::read_to_string(&report) {
        Err(_) => Verdict::None(format!("its check ended with {}", output.status)),
        Ok(report) => {
            let first = report.lines().next().unwrap_or_default();
            match (first.split_once(' '), output.status.success()) {
                (None, true) if first == "pass" => Verdict::Pass,
                (Some(("fail", id)), false) => Verdict::Fail(id.to_string()),
                (_, _) => Verdict::None(format!(
                    "its check reported `{first}` and ended with {}",
                    output.status
                )),
            }
        }
    };
    let _ = fs::remove_file(&report);
    Ok((verdict, printed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_fits_only_its_own_mistake() {
        let expected = Expected::Mistake("copied-counter".into());
        assert!(Verdict::Fail("copied-counter".into()).fits(&expected));
        assert!(!Verdict::Fail("copied".into()).fits(&expected));
        assert!(!Verdict::Pass.fits(&expected));
        let refused = Verdict::Refused(vec![Error {
            code: Some("E0373".into()),
            message: "async block may outlive the current function".into(),
        }]);
        assert!(!refused.fits(&expected));
        assert!(refused.fits(&Expected::Error("E0373".into())));
        assert!(refused.fits(&Expected::Error("may outlive".into())));
        assert!(!refused.fits(&Expected::Error("E0382".into())));
        assert!(!Verdict::Fail("E0373".into()).fits(&Expected::Error("E0373".into())));
    }

    #[test]
    fn one_other_verdict_in_many_runs_is_told() {
        let mut judged = Judged::once(Verdict::Pass, String::new());
        judged.add(Verdict::Pass, String::new());
        assert!(judged.fits(&Expected::Pass));
        judged.add(Verdict::Fail("stuck".into()), "words".into());
        assert!(!judged.fits(&Expected::Pass));
        assert_eq!(
            judged.to_string(),
            "passes in 2 of 3 runs; fails as [stuck] in 1 of 3 runs"
        );
    }
}
