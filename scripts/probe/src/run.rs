//! The runner: the cases in a child process, and a parent that explains however it ends.

use std::any::Any;
use std::fs::{self, File};
use std::io::{self, IsTerminal, Write};
use std::panic::{self, catch_unwind};
use std::process::{self, ExitCode};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};
use std::{env, thread};

use crate::virtual_time::{
    PanicNote, is_after_the_end, is_of_a_runtime, note, of_a_runtime,
};
use crate::watch::{Outcome, supervise};
use crate::words::{cut, harmless};
use crate::{Finding, Picture, Verdict, strict};

/// How much real time all cases of a check have together before the watchdog ends them.
///
/// A check needs milliseconds. This bound is for answers that block a thread or never end. Time in which the
/// machine slept, or the process was stopped, does not count.
pub const DEADLINE: Duration = Duration::from_secs(8);

/// How often the child says that it lives.
pub(crate) const TICK: Duration = Duration::from_millis(50);

/// In the child's environment: that it is the child.
pub(crate) const CHILD: &str = "PROBE_CHILD";

/// One case of a check.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// The function's name.
    pub name: &'static str,
    /// What it proves.
    pub run: fn() -> Verdict,
}

/// What [`main!`](crate::main) calls: runs the cases in a child process and prints the verdict.
///
/// Understands what `cargo test` passes on: a filter, `--exact`, `--list`, `--ignored`
/// (there are none), `--nocapture` (shows what a passing answer printed).
pub fn run(exercise: &str, cases: &[Case]) -> ExitCode {
    let args = Args::parse(env::args().skip(1));
    let chosen: Vec<Case> =
        cases.iter().copied().filter(|case| args.wants(case.name)).collect();
    if args.list {
        for case in &chosen {
            println!("{}: test", case.name);
        }
        return ExitCode::SUCCESS;
    }
    if env::var_os(CHILD).is_some() {
        return child(&chosen);
    }
    let started = Instant::now();
    let outcome = if chosen.is_empty() { Outcome::default() } else { supervise() };
    report(exercise, &chosen, cases.len(), &outcome, &args, started.elapsed())
}

/// Says what it means if the case that calls this never ends: a mistake's name, or a whole finding.
///
/// For deadlocks that stop the thread itself, which only the watchdog can find. The last call
/// in a case counts, so say more as the case learns more.
///
/// A case that can tell a thread that waits from one that is busy says so with [`if_it_waits`] and
/// [`if_it_spins`]: this is both of them.
pub fn if_it_hangs(meaning: impl Into<Finding>) {
    let meaning = meaning.into();
    if_it_waits(meaning.clone());
    if_it_spins(meaning);
}

/// Says what it means if the case never ends and its threads are seen to wait: a lock, a channel, a `join`.
///
/// What was seen is added to the finding. Where nothing can be seen (only Linux shows it), the meanings of
/// both kinds have to be the same to be used. Without one that fits, the verdict is `hung`.
pub fn if_it_waits(meaning: impl Into<Finding>) {
    tell_finding("waits", &meaning.into());
}

/// Says what it means if the case never ends and one of its threads is seen to be busy: a loop without an end.
///
/// See [`if_it_waits`].
pub fn if_it_spins(meaning: impl Into<Finding>) {
    tell_finding("spins", &meaning.into());
}

#[derive(Default)]
struct Args {
    list: bool,
    exact: bool,
    ignored: bool,
    nocapture: bool,
    filters: Vec<String>,
}

impl Args {
    fn parse(args: impl Iterator<Item = String>) -> Args {
        let mut parsed = Args::default();
        let mut args = args.peekable();
        while let Some(arg) = args.next() {
            match arg.as_str() {
                "--list" => parsed.list = true,
                "--exact" => parsed.exact = true,
                "--ignored" => parsed.ignored = true,
                "--nocapture" | "--no-capture" | "--show-output" => {
                    parsed.nocapture = true
                }
                // Options of libtest that take a value, and mean nothing here.
                "--format" | "--color" | "--test-threads" | "--skip" | "--logfile"
                | "-Z" => {
                    args.next();
                }
                other if other.starts_with('-') => {}
                filter => parsed.filters.push(filter.into()),
            }
        }
        parsed
    }

    fn wants(&self, name: &str) -> bool {
        let fits = |filter: &String| {
            if self.exact { name == filter } else { name.contains(filter.as_str()) }
        };
        !self.ignored && (self.filters.is_empty() || self.filters.iter().any(fits))
    }
}

// ---- The child -------------------------------------------------------------------------

static REPORT: OnceLock<Mutex<File>> = OnceLock::new();
static PANICS: Mutex<Vec<PanicNote>> = Mutex::new(Vec::new());

/// Runs the cases until one fails, and reports each step at once, so that the report tells the
/// truth however this process ends.
fn child(cases: &[Case]) -> ExitCode {
    match take_report() {
        Ok(report) => REPORT.get_or_init(|| Mutex::new(report)),
        Err(err) => {
            eprintln!("the process that runs the cases cannot report: {err}");
            return ExitCode::FAILURE;
        }
    };
    tick();
    panic::set_hook(Box::new(|info| {
        let place = info.location().map(|at| format!("{}:{}", at.file(), at.line()));
        let message = cut(message(info.payload()));
        let note = PanicNote { message, place: place.unwrap_or_default() };
        // In one write, so that nothing comes in between.
        let line = format!("panicked at {}: {}\n", note.place, note.message);
        let _ = io::stderr().write_all(line.as_bytes());
        PANICS.lock().unwrap_or_else(PoisonError::into_inner).push(note);
    }));
    for case in cases {
        tell(&["case", case.name]);
        PANICS.lock().unwrap_or_else(PoisonError::into_inner).clear();
        let verdict = catch_unwind(case.run)
            .unwrap_or_else(|payload| Err(panicked(&note(&*payload))));
        let Err(mut finding) = verdict else {
            tell(&["ok"]);
            continue;
        };
        // A panic in a spawned task reaches the case as something else. Some say more than the case
        // can: a `todo!()`, a poll after the end, and, where the case has no name for what it saw, a
        // call of Tokio's in the wrong place.
        let panics = PANICS.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let todo = panics.iter().find(|note| is_todo(note));
        let nameless = matches!(finding.id(), None | Some("panicked" | "stuck"));
        let tells = |note: &&PanicNote| {
            strict::finding_of(&note.message).is_some()
                || nameless && is_of_a_runtime(&note.message)
        };
        if let Some(note) = todo.or_else(|| panics.iter().find(tells)) {
            finding = panicked(note);
        }
        if let Some(Picture { drawing, svg }) = finding.picture.as_deref() {
            tell(&["picture", drawing, svg]);
        }
        tell_finding("found", &finding);
        break;
    }
    tell(&["end"]);
    // Not `return`: a thread that an answer left behind must not keep the process.
    process::exit(0);
}

/// What the parent gave as standard input is where it wants the report. From here on, standard
/// input is empty, and what an answer starts does not get the report.
fn take_report() -> io::Result<File> {
    #[cfg(unix)]
    {
        use std::os::fd::AsFd;
        let report = io::stdin().as_fd().try_clone_to_owned()?;
        nix::unistd::dup2_stdin(File::open("/dev/null")?)?;
        Ok(File::from(report))
    }
    #[cfg(windows)]
    {
        use std::os::windows::io::AsHandle;
        Ok(File::from(io::stdin().as_handle().try_clone_to_owned()?))
    }
}

/// Says again and again that this process lives. When nobody listens any more, it ends, and with
/// it whatever it has started.
fn tick() {
    thread::spawn(|| {
        loop {
            thread::sleep(TICK);
            write(b"\n");
        }
    });
}

/// Writes to the parent.
fn write(line: &[u8]) {
    let Some(report) = REPORT.get() else { return };
    let mut report = report.lock().unwrap_or_else(PoisonError::into_inner);
    if report.write_all(line).is_err() {
        #[cfg(unix)]
        {
            use nix::sys::signal::{Signal, killpg};
            use nix::unistd::{getpgrp, getpid};
            if getpgrp() == getpid() {
                let _ = killpg(getpgrp(), Signal::SIGKILL);
            }
        }
        process::exit(1);
    }
}

/// Reports a finding, or what one would mean.
fn tell_finding(what: &str, finding: &Finding) {
    let Finding { id, title, saw, because, read, picture: _ } = finding;
    tell(&[what, id.as_deref().unwrap_or_default(), title, saw, because, read]);
}

/// Appends one step to the report: its fields separated by tabs, on one line.
fn tell(fields: &[&str]) {
    let escaped: Vec<String> = fields
        .iter()
        .map(|field| {
            field.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n")
        })
        .collect();
    write((escaped.join("\t") + "\n").as_bytes());
}

/// Where the last panic with this message happened.
pub(crate) fn place_of(message: &str) -> Option<String> {
    let panics = PANICS.lock().unwrap_or_else(PoisonError::into_inner);
    panics
        .iter()
        .rev()
        .find(|note| note.message == message)
        .map(|note| note.place.clone())
}

/// The text that a panic carries.
pub(crate) fn message(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| payload.downcast_ref::<&'static str>().copied())
        .unwrap_or("a panic that carries no text")
}

fn is_todo(note: &PanicNote) -> bool {
    note.message.starts_with("not yet implemented")
        || note.message.starts_with("not implemented")
}

/// The finding for a panic of the answer's own.
pub(crate) fn panicked(note: &PanicNote) -> Finding {
    if is_todo(note) {
        return Finding::mistake("unfinished")
            .saw(format!("the run reached the `todo!()` at {}", note.place));
    }
    let known = strict::finding_of(&note.message).or_else(|| of_a_runtime(&note.message));
    if let Some(finding) = known {
        return finding;
    }
    let id = match is_after_the_end(&note.message) {
        true => "polled-after-done",
        false => "panicked",
    };
    Finding::mistake(id).saw(format!("a panic at {}: {}", note.place, note.message))
}

// ---- The verdict ----------------------------------------------------------------------

/// How a check ends that can say nothing of the answer.
const NO_VERDICT: u8 = 2;

/// Prints the verdict, and writes it to the file that `PROBE_REPORT` names.
fn report(
    exercise: &str,
    chosen: &[Case],
    all: usize,
    outcome: &Outcome,
    args: &Args,
    took: Duration,
) -> ExitCode {
    let (filtered, took) = (all - chosen.len(), took.as_secs_f64());
    let failed = outcome.failed.as_ref().map(|(_, finding)| finding);
    let none = outcome.none.as_ref().map(|why| {
        Finding::unnamed("No verdict: the check itself did not get to its end")
            .saw(why.as_str())
    });
    let width = env::var("COLUMNS").ok().and_then(|n| n.parse().ok()).unwrap_or(100);
    let text = none.as_ref().or(failed).map(|finding| finding.text(exercise, width));
    let mut printed = match &text {
        Some(text) => emphasize(text),
        None => {
            let mut lines = format!("\nrunning {} tests\n", chosen.len());
            for case in chosen {
                lines += &format!("test {} ... ok\n", case.name);
            }
            lines
        }
    };
    if (text.is_some() || args.nocapture) && !outcome.output.is_empty() {
        printed += "\n  what it printed:\n";
        for line in harmless(&outcome.output).lines() {
            printed += &format!("  | {line}\n");
        }
    }
    let word = if text.is_some() { "FAILED" } else { "ok" };
    printed += &format!(
        "\ntest result: {word}. {} passed; {} failed; 0 ignored; 0 measured; {filtered} filtered out; finished in {took:.2}s\n",
        outcome.passed,
        failed.iter().len(),
    );
    // A closed pipe is no reason to panic in the middle of a verdict.
    let _ = io::stdout().write_all(printed.as_bytes());
    let first = match (&none, failed) {
        (Some(_), _) => "none\n".to_owned(),
        (None, Some(finding)) => format!("fail {}\n", finding.id().unwrap_or("unnamed")),
        (None, None) => "pass\n".to_owned(),
    };
    let picture = failed.and_then(|finding| finding.picture.as_ref());
    let files = [
        ("PROBE_REPORT", Some(first + &text.unwrap_or_default())),
        ("PROBE_PICTURE", picture.map(|picture| picture.svg.clone())),
    ];
    for (variable, content) in files {
        let (Some(path), Some(content)) = (env::var_os(variable), content) else {
            continue;
        };
        if let Err(err) = fs::write(&path, content) {
            eprintln!("{} ({variable}) cannot be written: {err}", path.display());
            return ExitCode::from(NO_VERDICT);
        }
    }
    match (none, failed) {
        (Some(_), _) => ExitCode::from(NO_VERDICT),
        (None, Some(_)) => ExitCode::FAILURE,
        (None, None) => ExitCode::SUCCESS,
    }
}

/// The first line in bold, where a person looks at it.
fn emphasize(text: &str) -> String {
    let wanted = io::stdout().is_terminal() && env::var_os("NO_COLOR").is_none();
    match text.split_once('\n') {
        Some((first, rest)) if wanted || env::var_os("CLICOLOR_FORCE").is_some() => {
            format!("\x1b[1m{first}\x1b[0m\n{rest}")
        }
        _ => text.to_owned(),
    }
}
