//! `cargo course verify`, for maintainers: proves that every check tells right answers from
//! wrong ones, and the wrong ones from each other.
//!
//! The museum of an exercise holds the exercise as shipped, its solution, other right
//! answers, and wrong ones, each of which opens with the name of its mistake. Every one of
//! them is put in the exercise's place ([`scratch`](crate::run::scratch)), and must get the
//! verdict it was put there for.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use cargo_metadata::diagnostic::{Diagnostic, DiagnosticLevel};

use crate::keep::counter::Counter;
use crate::repo::catalogue::Catalogue;
use crate::repo::workspace::{Course, Exercise};
use crate::run::cargo::rendered;
use crate::run::scratch::{Built, Candidate, Kind, Scratch};
use crate::text::{self, BOLD, DIM, GREEN, RED, paint};

/// How much real time the repeated runs of one candidate may take together. A wrong answer
/// that only the watchdog ends takes seconds a run.
const PATIENCE: Duration = Duration::from_secs(30);

/// The fewest wrong answers, and the fewest other right ones, of a museum.
const FEWEST: [(Kind, usize, &str); 2] =
    [(Kind::Wrong, 3, "wrong answers"), (Kind::Also, 1, "other right answers")];

/// The arguments of `cargo course verify`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Parts of names of exercises; all of them by default
    names: Vec<String>,
    /// Run every candidate so many times, and demand the same verdict each time
    #[arg(long, value_name = "N", default_value_t = 1)]
    repeat: usize,
    /// Keep so many threads busy beside them
    #[arg(long, value_name = "M", default_value_t = 0)]
    busy: usize,
    /// Run only right answers: the solutions and the others beside them
    #[arg(long)]
    right: bool,
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

/// Runs the command.
pub fn run(course: &Course, args: Args) -> Result<ExitCode> {
    let exercises: Vec<&Exercise> = course
        .exercises()
        .map(|(_, exercise)| exercise)
        .filter(|exercise| {
            args.names.is_empty()
                || args.names.iter().any(|name| exercise.name.contains(name.as_str()))
        })
        .collect();
    if exercises.is_empty() && !args.names.is_empty() {
        bail!("no exercise has `{}` in its name", args.names.join("` or `"));
    }

    let mut museum = Vec::new();
    let mut problems = Vec::new();
    for exercise in &exercises {
        problems.extend(completeness(exercise)?);
        for candidate in Candidate::all(exercise)? {
            match Expected::of(exercise, &candidate) {
                Ok(expected) if args.right && expected != Expected::Pass => {}
                Ok(expected) => museum.push((candidate, expected)),
                Err(what) => {
                    problems.push(format!("{} {}: {what}", exercise.name, candidate.name))
                }
            }
        }
    }

    let verdicts = judge(course, &museum, &args)?;
    let mut previous = "";
    for ((candidate, expected), judged) in museum.iter().zip(&verdicts) {
        if candidate.exercise != previous {
            text::say(&format!("\n{}\n", paint(BOLD, &candidate.exercise)));
            previous = &candidate.exercise;
        }
        text::say(&row(candidate, expected, judged));
        if !judged.fits(expected) {
            problems.push(format!(
                "{} {}: {}, and must {}",
                candidate.exercise, candidate.name, judged, expected
            ));
        }
    }

    let built = |judged: &&Judged| !matches!(judged.verdicts[0].0, Verdict::Refused(_));
    let fewer =
        verdicts.iter().filter(built).filter(|one| one.runs() < args.repeat).count();
    if fewer > 0 {
        text::say(&format!(
            "\n{} ran fewer than {} times: {} seconds were over.\n",
            text::count(fewer, "candidate"),
            args.repeat,
            PATIENCE.as_secs()
        ));
    }

    // A mistake may be met elsewhere, so these hold of the whole course alone.
    if args.names.is_empty() {
        problems.extend(coverage(course, &Catalogue::open(&course.root)?)?);
    }
    let seen = format!(
        "{} of {}",
        text::count(museum.len(), "candidate"),
        text::count(exercises.len(), "exercise")
    );
    if problems.is_empty() {
        text::say(&format!("\n{seen}: each got the verdict it is there for.\n"));
        return Ok(ExitCode::SUCCESS);
    }
    text::say(&format!("\n{seen}, {}:\n\n", text::count(problems.len(), "problem")));
    for problem in &problems {
        text::say(&format!("{} {problem}\n", paint(RED, "-")));
    }
    Ok(ExitCode::FAILURE)
}

// ---- what must be there ----

/// What an exercise's museum lacks.
fn completeness(exercise: &Exercise) -> Result<Vec<String>> {
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
            if candidate.kind == Kind::Wrong && !known(&id) {
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

    fn of(exercise: &Exercise, candidate: &Candidate) -> Result<Expected, String> {
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

// ---- the verdicts ----

/// The verdicts of one candidate's runs.
#[derive(Debug)]
struct Judged {
    /// Each verdict, and how many runs ended with it.
    verdicts: Vec<(Verdict, usize)>,
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

    fn runs(&self) -> usize {
        self.verdicts.iter().map(|(_, count)| count).sum()
    }

    fn fits(&self, expected: &Expected) -> bool {
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

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Expected::Pass => write!(f, "pass"),
            Expected::Mistake(id) => write!(f, "fail as [{id}]"),
            Expected::Error(error) => write!(f, "be refused by rustc: {error}"),
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

fn row(candidate: &Candidate, expected: &Expected, judged: &Judged) -> String {
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

/// Builds and runs every candidate.
fn judge(
    course: &Course,
    museum: &[(Candidate, Expected)],
    args: &Args,
) -> Result<Vec<Judged>> {
    let scratch = Scratch::of(course)?;
    let tests: Vec<String> = museum.iter().map(|(one, _)| one.target.clone()).collect();
    let counter = Counter::new("building", museum.len());
    let built = scratch.build(&tests, &[], |done| counter.at(done))?;

    let counter = Counter::new("running", museum.len());
    let next = AtomicUsize::new(0);
    let done = AtomicUsize::new(0);
    let stop = AtomicBool::new(false);
    let judged: Mutex<BTreeMap<usize, Result<Judged>>> = Mutex::default();
    thread::scope(|scope| {
        for _ in 0..args.busy {
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
                        let one =
                            judge_one(course, candidate, &built[&candidate.target], args);
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
    args: &Args,
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
    while judged.runs() < args.repeat && started.elapsed() < PATIENCE {
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
