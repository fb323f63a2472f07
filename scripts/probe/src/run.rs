//! The runner: the cases in a child process, and a parent that explains however it ends.

use std::any::Any;
use std::fs::{self, File};
use std::io::{self, IsTerminal, Read, Write};
use std::panic::{self, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, mpsc};
use std::time::{Duration, Instant};
use std::{env, process, thread};

use crate::virtual_time::{PanicNote, note};
use crate::{Finding, Picture, Verdict, strict};

/// How much real time all cases of a check have together before the watchdog ends them.
///
/// A check needs milliseconds. This bound is for answers that block a thread or never end.
pub const DEADLINE: Duration = Duration::from_secs(8);

/// How many bytes an answer may print before it is stopped.
const OUTPUT_LIMIT: u64 = 16 << 20;

/// How many of them are kept to be shown.
const OUTPUT_SHOWN: usize = 2 << 10;

/// In the child's environment: the file that it reports to.
const CHILD: &str = "PROBE_CHILD";

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
    if let Some(path) = env::var_os(CHILD) {
        child(&chosen, Path::new(&path));
        return ExitCode::SUCCESS;
    }
    let started = Instant::now();
    let outcome = if chosen.is_empty() { Outcome::default() } else { supervise() };
    report(exercise, &chosen, cases.len(), &outcome, &args, started.elapsed())
}

/// Says what it means if the case that calls this never ends: a mistake's name, or a whole finding.
///
/// For deadlocks that stop the thread itself, which only the watchdog can find. The last call
/// in a case counts, so say more as the case learns more.
pub fn if_it_hangs(meaning: impl Into<Finding>) {
    let Finding { id, title, saw, because, read, picture: _ } = meaning.into();
    tell(&["hang", &id.unwrap_or_default(), &title, &saw, &because, &read]);
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

/// Runs the cases until one fails, and writes each step to the report file at once, so that
/// the file tells the truth however this process ends.
fn child(cases: &[Case], report: &Path) {
    let report = File::options().append(true).open(report);
    REPORT.get_or_init(|| Mutex::new(report.expect("the parent made the report file")));
    die_with_the_parent();
    panic::set_hook(Box::new(|info| {
        let place = info.location().map(|at| format!("{}:{}", at.file(), at.line()));
        let message = message(info.payload()).to_owned();
        let note = PanicNote { message, place: place.unwrap_or_default() };
        eprintln!("panicked at {}: {}", note.place, note.message);
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
        // A `todo!()` in a spawned task reaches the case as something else.
        let panics = PANICS.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(todo) = panics.iter().find(|note| is_todo(note)) {
            finding = panicked(todo);
        }
        let Finding { id, title, saw, because, read, picture } = &finding;
        if let Some(Picture { drawing, svg }) = picture.as_deref() {
            tell(&["picture", drawing, svg]);
        }
        tell(&["found", id.as_deref().unwrap_or_default(), title, saw, because, read]);
        break;
    }
    tell(&["end"]);
    // Not `return`: a thread that an answer left behind must not keep the process.
    process::exit(0);
}

/// Ends this process when the parent is gone: then the pipe that it held closes.
fn die_with_the_parent() {
    thread::spawn(|| {
        let _ = io::stdin().read(&mut [0]);
        process::exit(1);
    });
}

/// Appends one step to the report: its fields separated by tabs, on one line.
fn tell(fields: &[&str]) {
    let Some(report) = REPORT.get() else { return };
    let escaped: Vec<String> = fields
        .iter()
        .map(|field| {
            field.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n")
        })
        .collect();
    let line = escaped.join("\t") + "\n";
    let mut report = report.lock().unwrap_or_else(PoisonError::into_inner);
    report.write_all(line.as_bytes()).expect("the report file can be written");
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
    if let Some(finding) = strict::finding_of(&note.message) {
        return finding;
    }
    Finding::mistake("panicked")
        .saw(format!("a panic at {}: {}", note.place, note.message))
}

// ---- The parent ------------------------------------------------------------------------

#[derive(Debug, Default)]
struct Outcome {
    passed: usize,
    failed: Option<(String, Finding)>,
    output: String,
}

/// Starts this program again as the child and watches it to its end.
fn supervise() -> Outcome {
    let report = Report::create().expect("the temporary folder can be written");
    let mut child = Command::new(env::current_exe().expect("this program has a path"))
        .args(env::args_os().skip(1))
        .env(CHILD, &report.0)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("this program can be started again");
    let output = Arc::new(Mutex::new(Vec::new()));
    let (wake, events) = mpsc::channel();
    listen(child.stdout.take().expect("piped above"), &output, &wake);
    listen(child.stderr.take().expect("piped above"), &output, &wake);
    drop(wake);
    let end = watch(&mut child, &events);
    let output = output.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let output = String::from_utf8_lossy(&output).into_owned();
    read_report(&report.text(), &end, output)
}

/// The report file; removed when dropped.
struct Report(PathBuf);

impl Report {
    /// Makes a file of a name that nothing has: one that was killed may have left its file, and
    /// had this process's number.
    fn create() -> io::Result<Report> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        loop {
            let name = format!("probe-{}-{}", process::id(), COUNT.fetch_add(1, Relaxed));
            let path = env::temp_dir().join(name);
            match File::create_new(&path) {
                Err(err) if err.kind() == io::ErrorKind::AlreadyExists => {}
                result => return result.map(|_| Report(path)),
            }
        }
    }

    fn text(&self) -> String {
        fs::read_to_string(&self.0).unwrap_or_default()
    }
}

impl Drop for Report {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[derive(Debug)]
enum ChildEnd {
    Exited(ExitStatus),
    Hung,
    Flooded,
}

/// Reads one of the child's pipes to its end, keeps its beginning, and says when it is too much.
fn listen(
    mut pipe: impl Read + Send + 'static,
    output: &Arc<Mutex<Vec<u8>>>,
    too_much: &mpsc::Sender<()>,
) {
    let (output, too_much) = (output.clone(), too_much.clone());
    thread::spawn(move || {
        let (mut buffer, mut total) = ([0; 8192], 0);
        while let Ok(n @ 1..) = pipe.read(&mut buffer) {
            total += n as u64;
            let mut kept = output.lock().unwrap_or_else(PoisonError::into_inner);
            let room = OUTPUT_SHOWN.saturating_sub(kept.len());
            kept.extend_from_slice(&buffer[..n.min(room)]);
            if total > OUTPUT_LIMIT {
                let _ = too_much.send(());
            }
        }
    });
}

/// Waits until the child ends, and ends it when it takes too long or prints too much.
fn watch(child: &mut Child, events: &mpsc::Receiver<()>) -> ChildEnd {
    let deadline = Instant::now() + DEADLINE;
    let end = loop {
        // Closed pipes wake us at once. But a child of the child may keep them open.
        let closed = match events.recv_timeout(Duration::from_millis(20)) {
            Ok(()) => break ChildEnd::Flooded,
            Err(mpsc::RecvTimeoutError::Timeout) => false,
            Err(mpsc::RecvTimeoutError::Disconnected) => true,
        };
        match child.try_wait() {
            Ok(Some(status)) => {
                if !closed {
                    // Its last words may still be in the pipes.
                    let _ = events.recv_timeout(Duration::from_millis(200));
                }
                break ChildEnd::Exited(status);
            }
            Ok(None) if Instant::now() < deadline => {}
            _ => break ChildEnd::Hung,
        }
        if closed {
            thread::sleep(Duration::from_millis(1));
        }
    };
    if !matches!(end, ChildEnd::Exited(_)) {
        let _ = child.kill();
        let _ = child.wait();
    }
    end
}

/// Puts the child's report and the way it ended together.
fn read_report(report: &str, end: &ChildEnd, output: String) -> Outcome {
    let unescape = |field: &str| {
        let mut text = String::new();
        let mut chars = field.chars();
        while let Some(c) = chars.next() {
            match (c, if c == '\\' { chars.next() } else { None }) {
                (_, Some('n')) => text.push('\n'),
                (_, Some('t')) => text.push('\t'),
                (_, Some(escaped)) => text.push(escaped),
                (c, None) => text.push(c),
            }
        }
        text
    };
    let mut outcome = Outcome { output, ..Outcome::default() };
    let (mut case, mut hang, mut ended) = (String::new(), None, false);
    let mut picture = None;
    for line in report.lines() {
        let fields: Vec<String> = line.split('\t').map(unescape).collect();
        let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
        match fields[..] {
            ["case", name] => (case, hang) = (name.into(), None),
            ["ok"] => outcome.passed += 1,
            ["picture", drawing, svg] => {
                let (drawing, svg) = (drawing.into(), svg.into());
                picture = Some(Box::new(Picture { drawing, svg }));
            }
            [what @ ("found" | "hang"), id, title, saw, because, read] => {
                let finding = Finding {
                    id: (!id.is_empty()).then(|| id.into()),
                    title: title.into(),
                    saw: saw.into(),
                    because: because.into(),
                    read: read.into(),
                    picture: picture.take(),
                };
                match what {
                    "hang" => hang = Some(finding),
                    _ => outcome.failed = Some((case.clone(), finding)),
                }
            }
            ["end"] => ended = true,
            _ => {}
        }
    }
    let spoken = case.replace('_', " ");
    let finding = match end {
        _ if outcome.failed.is_some() => return outcome,
        ChildEnd::Exited(_) if ended => return outcome,
        ChildEnd::Exited(status) => Finding::mistake("ended")
            .saw(format!("the process ended by itself ({status}) during “{spoken}”")),
        ChildEnd::Hung => {
            let mut finding = hang.unwrap_or_else(|| Finding::mistake("hung"));
            if !finding.saw.is_empty() {
                finding.saw += "; ";
            }
            finding.saw += &format!(
                "“{spoken}” had not ended after {} seconds of real time: its thread was blocked or busy",
                DEADLINE.as_secs()
            );
            finding
        }
        ChildEnd::Flooded => Finding::mistake("flooded").saw(format!(
            "more than {} MiB were printed during “{spoken}”",
            OUTPUT_LIMIT >> 20
        )),
    };
    outcome.failed = Some((case, finding));
    outcome
}

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
    let failed = outcome.failed.as_ref();
    let width = env::var("COLUMNS").ok().and_then(|n| n.parse().ok()).unwrap_or(100);
    let text =
        failed.map(|(_, finding)| finding.text(exercise, width)).unwrap_or_default();
    let mut printed = match &failed {
        Some(_) => emphasize(&text),
        None => {
            let mut lines = format!("\nrunning {} tests\n", chosen.len());
            for case in chosen {
                lines += &format!("test {} ... ok\n", case.name);
            }
            lines
        }
    };
    if (failed.is_some() || args.nocapture) && !outcome.output.is_empty() {
        printed += "\n  what it printed:\n";
        for line in outcome.output.lines() {
            printed += &format!("  | {line}\n");
        }
        if outcome.output.len() >= OUTPUT_SHOWN {
            printed += "  | …\n";
        }
    }
    let word = if failed.is_some() { "FAILED" } else { "ok" };
    printed += &format!(
        "\ntest result: {word}. {} passed; {} failed; 0 ignored; 0 measured; {filtered} filtered out; finished in {took:.2}s\n",
        outcome.passed,
        failed.iter().len(),
    );
    // A closed pipe is no reason to panic in the middle of a verdict.
    let _ = io::stdout().write_all(printed.as_bytes());
    if let Some(path) = env::var_os("PROBE_REPORT") {
        let line = match failed {
            None => "pass\n".to_owned(),
            Some((_, finding)) => format!("fail {}\n", finding.id().unwrap_or("unnamed")),
        };
        fs::write(path, line + &text)
            .expect("the file that PROBE_REPORT names can be written");
    }
    let picture = failed.and_then(|(_, finding)| finding.picture.as_ref());
    if let (Some(path), Some(picture)) = (env::var_os("PROBE_PICTURE"), picture) {
        fs::write(path, &picture.svg)
            .expect("the file that PROBE_PICTURE names can be written");
    }
    if failed.is_some() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
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
