//! `cargo course record`, for maintainers: makes the recordings that the book includes.
//!
//! Nothing that a page shows of a run is typed by hand. What programs print, what rustc says
//! of those that must not compile, how a stage differs from the one before it, and what this
//! tool itself says is made here and kept in `recorded/` folders, and `tests/recordings.rs`
//! makes it again and compares.
//!
//! A recording holds what is the same on every machine: free ports, paths of one machine and
//! numbers of threads are masked.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::env;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, BufRead as _, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use cargo_metadata::Message;
use cargo_metadata::diagnostic::DiagnosticLevel;
use regex::Captures;
use similar::TextDiff;

use crate::keep::measure;
use crate::keep::pages;
use crate::keep::verify::{Progress, Verdict, expected_error, is_outcome};
use crate::repo::catalogue::Catalogue;
use crate::repo::workspace::{Chapter, Course, Example, Exercise};
use crate::run::scratch::{self, Built, Scratch, cargo, cargo_messages, rendered};
use crate::text::{self, GREEN, RED, paint};

/// How long a program may run before it counts as one that does not end.
const WATCHDOG: Duration = Duration::from_secs(30);

/// How much a program may print.
const OUTPUT_LIMIT: u64 = 1 << 20;

/// The recordings of what this tool says, relative to the root of the repository.
const TOOL: &str = "scripts/course/recorded";

/// The arguments of `cargo course record`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Chapters, by number or name (`2`, `02-spawning`); all of them, and what this tool
    /// says, by default
    chapters: Vec<String>,
    /// Write nothing: say what is stale, and fail if anything is
    #[arg(long)]
    check: bool,
}

/// A recording as it has to be.
#[derive(Debug, Clone)]
pub struct Made {
    /// The file, relative to the root of the repository, with `/`.
    pub file: String,
    /// Its content, or why there is none.
    pub content: Result<String, String>,
    /// Whether it holds rustc's words, which are others in every release.
    pub rustc: bool,
}

/// A recording that is not as it has to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stale {
    /// The file, relative to the root of the repository.
    pub file: String,
    /// What is wrong with it, with a small diff where there is one.
    pub what: String,
    /// The command that mends it, if one does.
    pub mend: Option<String>,
}

/// What to make.
#[derive(Debug, Clone, Default)]
pub struct Scope<'a> {
    /// Only these chapters, by their folders' names.
    pub chapters: Option<BTreeSet<String>>,
    /// The program of this tool, to record what it says.
    pub tool: Option<&'a Path>,
    /// Run every program again, and refuse one that prints something else then.
    pub twice: bool,
}

/// Runs the command.
pub fn run(course: &Course, args: Args) -> Result<ExitCode> {
    let tool = env::current_exe().context("this program has no path")?;
    let chapters = chosen(course, &args.chapters)?;
    let whole = chapters.is_none();
    let scope = Scope { chapters, tool: whole.then_some(&tool), twice: !args.check };
    let made = make(course, &scope)?;

    let mut failed = false;
    if args.check {
        let mut stale = stale(course, &made)?;
        if whole {
            stale.extend(orphans(course, &made)?);
        }
        for one in &stale {
            failed = true;
            text::say(&format!("{} {one}\n", paint(RED, "-")));
        }
        if !failed {
            let count = text::count(made.len(), "recording");
            text::say(&format!("{count}: all as they were made.\n"));
        }
        return Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS });
    }

    let mut changed = 0;
    for one in &made {
        match &one.content {
            Err(why) => {
                failed = true;
                text::say(&format!("{} {}: {why}\n", paint(RED, "-"), one.file));
            }
            Ok(content) => {
                let path = course.root.join(&one.file);
                let word = match fs::read_to_string(&path) {
                    Ok(old) if old == *content => continue,
                    Ok(_) => "changed",
                    Err(_) => "new",
                };
                fs::create_dir_all(path.parent().expect("a file is in a folder"))?;
                fs::write(&path, content)
                    .with_context(|| format!("cannot write {}", path.display()))?;
                text::say(&format!("{} {} ({word})\n", paint(GREEN, "+"), one.file));
                changed += 1;
            }
        }
    }
    changed += write_blocks(course)?;
    if whole {
        for one in orphans(course, &made)? {
            failed = true;
            text::say(&format!("{} {one}\n", paint(RED, "-")));
        }
    }
    // `measure` makes the figures, but this is where one looks for what is stale.
    for one in measure::stale(course)? {
        failed |= whole;
        text::say(&format!("{} {one}\n", paint(RED, "-")));
    }
    let count = text::count(made.len(), "recording");
    text::say(&format!("{count}, {changed} changed.\n"));
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

impl std::fmt::Display for Stale {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.file, self.what.trim_end())?;
        if let Some(mend) = &self.mend {
            write!(f, "\n  mend it: {mend}")?;
        }
        Ok(())
    }
}

/// The chapters that these names mean; `None` for all.
fn chosen(course: &Course, names: &[String]) -> Result<Option<BTreeSet<String>>> {
    let mut slugs = BTreeSet::new();
    for name in names {
        let chapter = course.chapters.iter().find(|chapter| {
            chapter.slug == *name
                || chapter.package == *name
                || name.parse() == Ok(chapter.number)
        });
        match chapter {
            Some(chapter) => slugs.insert(chapter.slug.clone()),
            None => bail!("no chapter is called `{name}`"),
        };
    }
    Ok((!names.is_empty()).then_some(slugs))
}

// ---- making ----

/// Makes every recording of this scope anew, in memory.
pub fn make(course: &Course, scope: &Scope<'_>) -> Result<Vec<Made>> {
    let chapters: Vec<&Chapter> = course
        .chapters
        .iter()
        .filter(|one| scope.chapters.as_ref().is_none_or(|only| only.contains(&one.slug)))
        .collect();
    let mut made = transcripts(course, &chapters, scope.twice)?;
    made.extend(compiler_words(course, &chapters)?);
    for chapter in chapters {
        made.extend(stage_diffs(course, chapter)?);
    }
    if let Some(tool) = scope.tool {
        let file = format!("{TOOL}/rustc.txt");
        made.push(Made { file, content: Ok(rustc_version()?), rustc: true });
        made.extend(tool_words(course, tool)?);
    }
    made.sort_by(|a, b| a.file.cmp(&b.file));
    Ok(made)
}

fn recorded(chapter: &Chapter, name: &str) -> String {
    format!("chapters/{}/recorded/{name}", chapter.slug)
}

/// One run of an example to record.
struct Task<'a> {
    file: String,
    example: &'a Example,
    args: Vec<String>,
    /// Whether it may end with another status than 0.
    may_fail: bool,
}

/// What the examples print.
fn transcripts(course: &Course, chapters: &[&Chapter], twice: bool) -> Result<Vec<Made>> {
    let mut tasks = Vec::new();
    for chapter in chapters {
        // Another name than `02-…` is a reader's own.
        let prefix = format!("{:02}-", chapter.number);
        let plain = chapter.examples.iter().filter(|example| {
            example.name.starts_with(&prefix) && !measure::is_measured(example)
        });
        for example in plain.filter(|one| !chapter.recordings.contains_key(&one.name)) {
            let file = recorded(chapter, &format!("{}.txt", example.name));
            tasks.push(Task { file, example, args: Vec::new(), may_fail: false });
        }
        // Whoever declares a recording says with it that any status is meant.
        for (name, command) in &chapter.recordings {
            let example = chapter.examples.iter().find(|one| one.name == command[0]);
            let example = example.expect("the manifest was checked");
            let file = recorded(chapter, &format!("{name}.txt"));
            tasks.push(Task {
                file,
                example,
                args: command[1..].to_vec(),
                may_fail: true,
            });
        }
    }
    if tasks.is_empty() {
        return Ok(Vec::new());
    }
    let programs = examples(course)?;
    let progress = Progress::new("running", tasks.len());
    let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let made = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some(task) = tasks.get(next.fetch_add(1, Relaxed)) {
                    let content = transcript(course, task, &programs, twice);
                    let file = task.file.clone();
                    let one = Made { file, content, rustc: false };
                    made.lock().expect("nobody panics").push(one);
                    progress.at(done.fetch_add(1, Relaxed) + 1);
                }
            });
        }
    });
    Ok(made.into_inner().expect("nobody panicked"))
}

/// Builds every example of the course, and returns the programs by name.
///
/// # Errors
///
/// Fails with rustc's words if one does not compile.
pub fn build_examples() -> Result<HashMap<String, PathBuf>> {
    let course = Course::open()?;
    let built = examples(&course)?.into_iter().map(|(name, program)| match program {
        Ok(program) => Ok((name, program)),
        Err(words) => bail!("{name} does not compile:\n{words}"),
    });
    built.collect()
}

/// The programs of all examples, by name, or rustc's words against them.
fn examples(course: &Course) -> Result<BTreeMap<String, Result<PathBuf, String>>> {
    let mut command = cargo(&course.root);
    command.args(["build", "--examples", "--keep-going", "--message-format=json"]);
    let mut programs = BTreeMap::new();
    let said = cargo_messages(command, |message| match message {
        Message::CompilerArtifact(artifact) => {
            if let (true, Some(program)) =
                (artifact.target.is_example(), artifact.executable)
            {
                programs.insert(artifact.target.name, Ok(program.into_std_path_buf()));
            }
        }
        Message::CompilerMessage(message)
            if message.message.level == DiagnosticLevel::Error =>
        {
            let words = rendered(&message.message).to_string();
            programs.entry(message.target.name).or_insert(Err(words));
        }
        _ => {}
    })?;
    if programs.is_empty() {
        bail!("Cargo built no example:\n{said}");
    }
    Ok(programs)
}

fn transcript(
    course: &Course,
    task: &Task<'_>,
    programs: &BTreeMap<String, Result<PathBuf, String>>,
    twice: bool,
) -> Result<String, String> {
    let program = match programs.get(&task.example.name) {
        Some(Ok(program)) => program,
        Some(Err(words)) => return Err(format!("it does not compile:\n{words}")),
        None => return Err("Cargo did not build the example".into()),
    };
    let sources = sources(task.example).map_err(|error| error.to_string())?;
    let keep = kept_ports(&task.args, &sources);
    let once = || -> Result<String, String> {
        let run = run_program(Command::new(program).args(&task.args), &course.root)?;
        if !run.status.success() && !task.may_fail {
            return Err(format!(
                "it ended with {} and printed\n{}\n(a recording that is to end so is \
                 declared in [package.metadata.recordings])",
                run.status, run.output
            ));
        }
        let mut text = masked(&run.output, &keep, &course.root);
        end_with_newline(&mut text);
        if !run.status.success() {
            writeln!(text, "{}", status_words(run.status)).expect("a String takes it");
        }
        Ok(text)
    };
    let text = once()?;
    if twice {
        let again = once()?;
        if again != text {
            let diff = small_diff(&text, &again);
            return Err(format!("a second run printed something else:\n{diff}"));
        }
    }
    Ok(text)
}

/// What a program printed, and how it ended.
#[derive(Debug)]
struct Run {
    output: String,
    status: ExitStatus,
}

/// Runs a program with one pipe for all that it prints, so that the order is its own, and
/// ends it when it takes too long or prints too much.
fn run_program(command: &mut Command, dir: &Path) -> Result<Run, String> {
    let words = |error: io::Error| format!("it cannot be run: {error}");
    let (reader, writer) = io::pipe().map_err(words)?;
    command
        .current_dir(dir)
        .env("RUST_BACKTRACE", "0")
        .env("NO_COLOR", "1")
        .env_remove("RUST_LOG")
        .env_remove("CLICOLOR_FORCE")
        .stdin(Stdio::null())
        .stdout(writer.try_clone().map_err(words)?)
        .stderr(writer);
    let mut child = command.spawn().map_err(words)?;
    // The ends of the pipe that the command holds would keep it open.
    command.stdout(Stdio::null()).stderr(Stdio::null());

    let (send, output) = mpsc::channel();
    thread::spawn(move || {
        let mut output = Vec::new();
        let _ = reader.take(OUTPUT_LIMIT + 1).read_to_end(&mut output);
        let _ = send.send(output);
    });
    let started = Instant::now();
    let status = loop {
        match child.try_wait().map_err(words)? {
            Some(status) => break status,
            None if started.elapsed() > WATCHDOG => {
                let _ = child.kill();
                let _ = child.wait();
                let seconds = WATCHDOG.as_secs();
                return Err(format!("it had not ended after {seconds} seconds"));
            }
            None => thread::sleep(Duration::from_millis(2)),
        }
    };
    let output = output
        .recv_timeout(Duration::from_secs(5))
        .map_err(|_| "something it started still holds its output".to_string())?;
    if output.len() as u64 > OUTPUT_LIMIT {
        return Err(format!("it printed more than {OUTPUT_LIMIT} bytes"));
    }
    Ok(Run { output: String::from_utf8_lossy(&output).into_owned(), status })
}

fn status_words(status: ExitStatus) -> String {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return format!("ended by signal {signal}");
    }
    match status.code() {
        Some(code) => format!("exit status: {code}"),
        None => status.to_string(),
    }
}

/// The source files of an example, in order, as one text.
pub(crate) fn sources(example: &Example) -> Result<String> {
    let files = match example.path.ends_with("main.rs") {
        true => pages::text_files(example.path.parent().expect("a file has a folder"))?,
        false => vec![example.path.clone()],
    };
    let mut sources = String::new();
    for file in files {
        sources += &fs::read_to_string(&file)
            .with_context(|| format!("cannot read {}", file.display()))?;
    }
    Ok(sources)
}

// ---- masking ----

pages::patterns! {
    ADDRESS = r"127\.0\.0\.1:(\d+)";
    THREAD_NUMBER = r"(thread '[^']*') \(\d+\) panicked at";
    REGISTRY = r#"[^\s`'"(]*[/\\]registry[/\\]src[/\\][^/\\]+[/\\]"#;
    STD = r#"[^\s`'"(]*(?:/rustc/[0-9a-f]+|rustlib[/\\]src[/\\]rust)[/\\]library[/\\]"#;
    LONG_TYPE = r#"'[^'\n]*[/\\]([\w-]+?)-[0-9a-f]+\.long-type-\d+\.txt'"#;
    PLACE = r"^\s*(?:-->|:::) |panicked at ";
}

/// The ports of 127.0.0.1 that are no accident: those the program was given, and those that
/// stand in its source.
fn kept_ports(args: &[String], sources: &str) -> BTreeSet<String> {
    let texts = args.iter().map(String::as_str).chain([sources]);
    texts
        .flat_map(|text| ADDRESS.captures_iter(text).map(|found| found[1].to_string()))
        .collect()
}

/// A text without what differs from run to run and from machine to machine.
fn masked(text: &str, keep: &BTreeSet<String>, root: &Path) -> String {
    let text = ADDRESS.replace_all(text, |address: &Captures<'_>| {
        match keep.contains(&address[1]) {
            true => address[0].to_string(),
            false => "127.0.0.1:PORT".to_string(),
        }
    });
    let text = THREAD_NUMBER.replace_all(&text, "$1 panicked at");
    without_machine(&text, root)
}

/// A text whose paths are the same on every machine: those of the repository from its root,
/// those of crates from the crate, those of std from `library/`.
fn without_machine(text: &str, root: &Path) -> String {
    let text = REGISTRY.replace_all(text, "");
    let text = STD.replace_all(&text, "library/");
    let text = LONG_TYPE.replace_all(&text, "'$1.long-type.txt'");
    let root = format!("{}{}", root.display(), std::path::MAIN_SEPARATOR);
    let text = text.replace(&root, "");

    let mut out = String::new();
    // With the component `rust-src` installed, rustc quotes std; without, it does not.
    let mut in_std = false;
    for line in text.split_inclusive('\n') {
        let is_place = PLACE.is_match(line);
        let is_quote = line
            .trim_start_matches(|c: char| c == ' ' || c.is_ascii_digit())
            .starts_with(['|', '.']);
        if is_place {
            in_std = line.contains("library/") && !line.contains("panicked at ");
        } else if in_std && is_quote {
            continue;
        } else {
            in_std = false;
        }
        match is_place {
            true => out += &line.replace('\\', "/"),
            false => out += line,
        }
    }
    out
}

fn end_with_newline(text: &mut String) {
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
}

// ---- rustc's words ----

/// What rustc says of the programs that must not compile.
fn compiler_words(course: &Course, chapters: &[&Chapter]) -> Result<Vec<Made>> {
    let programs: Vec<(&Chapter, &PathBuf)> = chapters
        .iter()
        .flat_map(|chapter| {
            chapter.compile_fail.iter().map(move |program| (*chapter, program))
        })
        .collect();
    if programs.is_empty() {
        return Ok(Vec::new());
    }
    let scratch = Scratch::of(course)?;
    let targets: Vec<String> = programs
        .iter()
        .map(|(chapter, program)| scratch::compile_fail_target(chapter, program))
        .collect();
    let progress = Progress::new("compiling", programs.len());
    let built = scratch.build(&[], &targets, |done| progress.at(done))?;
    let mut made = Vec::new();
    for ((chapter, program), target) in programs.iter().zip(&targets) {
        let stem = program.file_stem().unwrap_or_default().to_string_lossy();
        let file = recorded(chapter, &format!("{stem}.stderr"));
        let source = fs::read_to_string(program)
            .with_context(|| format!("cannot read {}", program.display()))?;
        let content = refusal(&source, &built[target], &scratch.root);
        made.push(Made { file, content, rustc: true });
    }
    Ok(made)
}

fn refusal(source: &str, built: &Built, root: &Path) -> Result<String, String> {
    let Some(expected) = expected_error(source) else {
        return Err("it does not open with `//! error: E…`".into());
    };
    let Built::Refused(diagnostics) = built else {
        return Err(format!("it compiles, and must be refused: {expected}"));
    };
    let mut words: String = diagnostics
        .iter()
        .filter(|one| !one.message.starts_with("aborting due to"))
        .map(rendered)
        .collect();
    words = without_machine(words.trim_end(), root);
    end_with_newline(&mut words);
    let Verdict::Refused(said) = Verdict::refused(diagnostics) else { unreachable!() };
    if !said.iter().any(|error| error.is(&expected)) {
        return Err(format!("rustc does not say {expected}, but:\n{words}"));
    }
    Ok(words)
}

/// `rustc 1.95.0 (59807616e 2026-04-14)`, and a newline.
pub fn rustc_version() -> Result<String> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("--version").output();
    let output = output.context("cannot run rustc --version")?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether the recordings of rustc's words were made by the rustc that runs now; if not,
/// both versions.
pub fn other_rustc(course: &Course) -> Result<Option<(String, String)>> {
    let now = rustc_version()?;
    let then = fs::read_to_string(course.root.join(TOOL).join("rustc.txt"));
    Ok(match then {
        Ok(then) if then != now => Some((then.trim().into(), now.trim().into())),
        _ => None,
    })
}

/// Which errors there are: their codes, and the messages of those that have none. The rest is
/// worded anew in every release.
fn errors(words: &str) -> Vec<&str> {
    let coded = |line: &'_ str| line.starts_with("error[");
    words
        .lines()
        .filter(|line| line.starts_with("error"))
        .map(|line| match line.split_once("]: ") {
            Some((code, _)) if coded(line) => code,
            _ => line,
        })
        .collect()
}

// ---- stages ----

/// How a chapter's stage differs from the one before it: the whole diff, and each hunk.
fn stage_diffs(course: &Course, chapter: &Chapter) -> Result<Vec<Made>> {
    let stage = |chapter: &Chapter| {
        chapter.examples.iter().find(|example| example.name == chapter.slug).cloned()
    };
    let earlier = chapter
        .previous_stage
        .as_ref()
        .and_then(|slug| course.chapters.iter().find(|earlier| earlier.slug == *slug));
    let (Some(old), Some(new)) = (earlier.and_then(stage), stage(chapter)) else {
        return Ok(Vec::new());
    };
    let read = |example: &Example| sources(example).map(|text| without_anchors(&text));
    let (old_text, new_text) = (read(&old)?, read(&new)?);
    let diff = TextDiff::from_lines(&old_text, &new_text);
    let hunks: Vec<String> =
        diff.unified_diff().iter_hunks().map(|hunk| hunk.to_string()).collect();
    if hunks.is_empty() {
        return Ok(Vec::new());
    }
    let header =
        format!("--- {}\n+++ {}\n", course.shown(&old.path), course.shown(&new.path));
    let named = |name: String, content: String| Made {
        file: recorded(chapter, &name),
        content: Ok(content),
        rustc: false,
    };
    let mut made = vec![named("stage.diff".into(), header + &hunks.concat())];
    for (index, hunk) in hunks.into_iter().enumerate() {
        made.push(named(format!("stage-{}.diff", index + 1), hunk));
    }
    Ok(made)
}

/// A source without the lines by which the book finds its parts.
fn without_anchors(source: &str) -> String {
    source.split_inclusive('\n').filter(|line| !pages::is_anchor(line)).collect()
}

// ---- what this tool says ----

/// What this tool says to a reader who begins, and of an answer that is wrong and one that
/// is right. It says so in the scratch copy, where every exercise is as shipped and nothing
/// is remembered, so the reader's own state is neither seen nor touched.
fn tool_words(course: &Course, tool: &Path) -> Result<Vec<Made>> {
    let mut made = Vec::new();
    let scratch = Scratch::of(course)?;
    let say = |args: &[&str]| -> Result<Run, String> {
        let mut command = Command::new(tool);
        command
            .args(args)
            .env("COURSE_ROOT", &scratch.root)
            .env("CARGO_TARGET_DIR", &scratch.target_dir)
            .env_remove("COLUMNS")
            .env_remove("FORCE_COLOR");
        run_tool(&mut command, &scratch.root)
    };
    let first = first_screen(tool, &scratch)
        .map(|said| masked(&said, &BTreeSet::new(), &scratch.root));
    let file = format!("{TOOL}/first-screen.txt");
    made.push(Made { file, content: first, rustc: false });
    let mut record = |name: &str, args: &[&str], passes: bool| {
        let content = say(args).and_then(|run| match run.status.success() == passes {
            true => Ok(without_machine(&run.output, &scratch.root)),
            false => {
                Err(format!("it ended with {} and said\n{}", run.status, run.output))
            }
        });
        let file = format!("{TOOL}/{name}.txt");
        made.push(Made { file, content, rustc: false });
    };
    record("list", &["list"], true);
    if let Some(exercise) = shown_exercise(course)? {
        let check = ["check", exercise.name.as_str()];
        record("check-fails", &check, false);
        let answers = [(exercise.name.clone(), exercise.solution())];
        Scratch::with(course, &BTreeMap::from(answers))?;
        record("check-passes", &check, true);
        Scratch::of(course)?;
    }
    Ok(made)
}

/// What plain `cargo course` says before it waits for a save. It would wait for ever.
fn first_screen(tool: &Path, scratch: &Scratch) -> Result<String, String> {
    let mut child = Command::new(tool)
        .current_dir(&scratch.root)
        .env("COURSE_ROOT", &scratch.root)
        .env("CARGO_TARGET_DIR", &scratch.target_dir)
        .env("NO_COLOR", "1")
        .env_remove("COLUMNS")
        .env_remove("CLICOLOR_FORCE")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("it cannot be run: {error}"))?;
    let stdout = child.stdout.take().expect("it is piped");
    let mut said = String::new();
    for line in io::BufReader::new(stdout).lines().map_while(Result::ok) {
        let last = line.trim_start().starts_with("end ");
        said += &line;
        said.push('\n');
        if last {
            break;
        }
    }
    let _ = child.kill();
    let _ = child.wait();
    match said.ends_with("Ctrl-C\n") {
        true => Ok(said),
        false => Err(format!("it did not come to wait, but said\n{said}")),
    }
}

/// Runs this tool; what it says to the reader is on its standard output alone, since Cargo's
/// progress on the other one depends on what was built before.
fn run_tool(command: &mut Command, dir: &Path) -> Result<Run, String> {
    let output = command
        .current_dir(dir)
        .env("NO_COLOR", "1")
        .env_remove("CLICOLOR_FORCE")
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("it cannot be run: {error}"))?;
    let mut said = String::from_utf8_lossy(&output.stdout).into_owned();
    if said.is_empty() {
        said = String::from_utf8_lossy(&output.stderr).into_owned();
    }
    Ok(Run { output: said, status: output.status })
}

/// The exercise whose check is shown to readers: of the second chapter if it has one that
/// compiles and fails with a named mistake, or else the first such.
fn shown_exercise(course: &Course) -> Result<Option<&Exercise>> {
    let catalogue = Catalogue::open(&course.root)?;
    let fits = |exercise: &&Exercise| {
        catalogue.get(&exercise.starts).is_some()
            && !is_outcome(&exercise.starts)
            && exercise.stub().is_file()
            && exercise.solution().is_file()
    };
    let of_second = course
        .exercises()
        .filter(|(chapter, _)| chapter.number == 2)
        .map(|(_, exercise)| exercise)
        .find(fits);
    Ok(of_second.or_else(|| course.exercises().map(|(_, exercise)| exercise).find(fits)))
}

/// Writes each recording into the blocks that show it where includes do not work. Returns how
/// many files changed.
fn write_blocks(course: &Course) -> Result<usize> {
    let mut changed = 0;
    for path in pages::text_files(&course.root)? {
        let is_page = path.starts_with(course.root.join("book/src"));
        if is_page || path.extension().is_none_or(|extension| extension != "md") {
            continue;
        }
        let old = fs::read_to_string(&path)
            .with_context(|| format!("cannot read {}", path.display()))?;
        let mut new = old.clone();
        for block in pages::recorded_blocks(&old).0.iter().rev() {
            if let Ok(recording) = fs::read_to_string(course.root.join(&block.path)) {
                new.replace_range(block.content.clone(), &recording);
            }
        }
        if new != old {
            fs::write(&path, new)
                .with_context(|| format!("cannot write {}", path.display()))?;
            text::say(&format!(
                "{} {} (changed)\n",
                paint(GREEN, "+"),
                course.shown(&path)
            ));
            changed += 1;
        }
    }
    Ok(changed)
}

// ---- comparing ----

const MEND: &str = "cargo course record";

/// The recordings that are missing, or differ from what was made now. Where another rustc
/// runs than the one that was recorded, its words are compared by their errors alone.
pub fn stale(course: &Course, made: &[Made]) -> Result<Vec<Stale>> {
    let other_rustc = other_rustc(course)?.is_some();
    let mut stale = Vec::new();
    for one in made {
        let old = fs::read_to_string(course.root.join(&one.file));
        let mend = Some(MEND.to_string());
        let (what, mend) = match (&one.content, old) {
            (Err(why), _) => (why.clone(), None),
            (Ok(_), Err(_)) => ("the recording is missing".to_string(), mend),
            (Ok(new), Ok(old)) if *new == old => continue,
            (Ok(_), Ok(_)) if other_rustc && one.file.ends_with("/rustc.txt") => continue,
            (Ok(new), Ok(old))
                if other_rustc && one.rustc && errors(new) == errors(&old) =>
            {
                continue;
            }
            (Ok(new), Ok(old)) => {
                (format!("the recording is stale:\n{}", small_diff(&old, new)), mend)
            }
        };
        stale.push(Stale { file: one.file.clone(), what, mend });
    }
    Ok(stale)
}

/// Files in `recorded/` folders that nothing makes.
pub fn orphans(course: &Course, made: &[Made]) -> Result<Vec<Stale>> {
    let mut known: BTreeSet<String> = made.iter().map(|one| one.file.clone()).collect();
    known.extend(measure::files(course)?);
    let mut folders: Vec<PathBuf> =
        course.chapters.iter().map(|chapter| chapter.dir.join("recorded")).collect();
    folders.push(course.root.join(TOOL));
    let mut orphans = Vec::new();
    for folder in folders.iter().filter(|folder| folder.is_dir()) {
        for path in pages::text_files(folder)? {
            let file = course.shown(&path).replace('\\', "/");
            if !known.contains(&file) {
                let what = "nothing makes this recording: remove it, or declare it in \
                            [package.metadata.recordings]"
                    .to_string();
                orphans.push(Stale { file, what, mend: None });
            }
        }
    }
    Ok(orphans)
}

/// The first differences between two texts, as a unified diff.
fn small_diff(old: &str, new: &str) -> String {
    const LINES: usize = 24;
    let diff = TextDiff::from_lines(old, new);
    let diff = diff.unified_diff().context_radius(1).to_string();
    let mut lines: Vec<String> =
        diff.lines().take(LINES).map(|line| format!("    {line}")).collect();
    if diff.lines().count() > LINES {
        lines.push("    …".into());
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked_with(text: &str, args: &[&str], source: &str) -> String {
        let args: Vec<String> = args.iter().map(|arg| arg.to_string()).collect();
        masked(text, &kept_ports(&args, source), Path::new("/there/repo"))
    }

    #[test]
    fn a_free_port_is_masked_and_a_given_one_is_kept() {
        let text = "listening on 127.0.0.1:43210, peer 127.0.0.1:9\n";
        assert_eq!(
            masked_with(text, &["serve", "127.0.0.1:9"], ""),
            "listening on 127.0.0.1:PORT, peer 127.0.0.1:9\n"
        );
        assert_eq!(
            masked_with(
                "or 127.0.0.1:6379\n",
                &[],
                "const DEFAULT: &str = \"127.0.0.1:6379\";"
            ),
            "or 127.0.0.1:6379\n"
        );
    }

    #[test]
    fn a_panic_is_told_the_same_by_every_rustc() {
        let text = "thread 'main' (4711) panicked at chapters/a.rs:1:2:\nboom\n";
        let masked = masked_with(text, &[], "");
        assert_eq!(masked, "thread 'main' panicked at chapters/a.rs:1:2:\nboom\n");
    }

    #[test]
    fn paths_of_one_machine_are_taken_away() {
        let home = "/home";
        let text = format!(
            "  --> {home}/me/.cargo/registry/src/index.crates.io-1949/tokio-1.54.1/src/a.rs:1:2\n\
             \x20  |\n1  | pub fn spawn()\n\
             note: it is here\n  --> {home}/me/.rustup/toolchains/x/lib/rustlib/src/rust/library/core/src/b.rs:3:4\n\
             \x20  |\n3  | pub trait Send\n   = note: more\n\
             \x20 --> /there/repo/chapters/c.rs:5:6\n\
             \x20  = note: the full name is in '/there/repo/target/debug/deps/x_y-0123abcd.long-type-42.txt'\n"
        );
        assert_eq!(
            without_machine(&text, Path::new("/there/repo")),
            "  --> tokio-1.54.1/src/a.rs:1:2\n   |\n1  | pub fn spawn()\n\
             note: it is here\n  --> library/core/src/b.rs:3:4\n   = note: more\n\
             \x20 --> chapters/c.rs:5:6\n   = note: the full name is in 'x_y.long-type.txt'\n"
        );
    }

    #[test]
    fn anchors_are_no_part_of_a_diff() {
        assert_eq!(without_anchors("// ANCHOR: a\nx\n// ANCHOR_END: a\ny\n"), "x\ny\n");
    }
}
