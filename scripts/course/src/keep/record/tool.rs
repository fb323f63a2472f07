//! What this tool itself says.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufRead as _};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::Result;

use crate::keep::record::made::{Made, TOOL};
use crate::keep::record::mask::{masked, without_machine};
use crate::keep::record::process::Run;
use crate::keep::verify::museum::is_outcome;
use crate::repo::catalogue::Catalogue;
use crate::repo::workspace::{Course, Exercise};
use crate::run::scratch::Scratch;

/// What this tool says to a reader who begins, and of an answer that is wrong and one that
/// is right. It says so in the scratch copy, where every exercise is as shipped and nothing
/// is remembered, so the reader's own state is neither seen nor touched.
pub(super) fn tool_words(course: &Course, tool: &Path) -> Result<Vec<Made>> {
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
