//! What the examples print.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::{Command, ExitStatus};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;

use anyhow::{Result, bail};
use cargo_metadata::Message;
use cargo_metadata::diagnostic::DiagnosticLevel;

use crate::keep::counter::Counter;
use crate::keep::record::compare::small_diff;
use crate::keep::record::made::{Made, recorded};
use crate::keep::record::mask::{end_with_newline, kept_ports, masked};
use crate::keep::record::process::run_program;
use crate::repo::workspace::{Chapter, Course, Example};
use crate::run::cargo::{cargo, cargo_messages, rendered};

/// One run of an example to record.
struct Task<'a> {
    file: String,
    example: &'a Example,
    args: Vec<String>,
    /// Whether it may end with another status than 0.
    may_fail: bool,
}

/// What the examples print.
pub(super) fn transcripts(
    course: &Course,
    chapters: &[&Chapter],
    twice: bool,
) -> Result<Vec<Made>> {
    let mut tasks = Vec::new();
    for chapter in chapters {
        // Another name than `02-…` is a reader's own.
        let prefix = format!("{:02}-", chapter.number);
        let plain = chapter.examples.iter().filter(|example| {
            example.name.starts_with(&prefix) && !example.is_measured()
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
    let counter = Counter::new("running", tasks.len());
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
                    counter.at(done.fetch_add(1, Relaxed) + 1);
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
    let sources = task.example.sources().map_err(|error| error.to_string())?;
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
