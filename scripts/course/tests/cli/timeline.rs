//! `cargo course timeline`, in this very repository.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::{LazyLock, Mutex, PoisonError};

use course::repo::workspace::{Chapter, Course, Example};
use regex::Regex;

static COURSE: LazyLock<Course> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    Course::at(&root).expect("the course can be opened")
});

static ADDRESS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"127\.0\.0\.1:\d+").unwrap());

/// A run of the command: what the program printed, and what the tool printed after it.
struct Recorded {
    status: Option<i32>,
    program: String,
    picture: String,
    stderr: String,
    /// The file that it wrote.
    svg: Option<String>,
}

fn timeline(args: &[&str]) -> Recorded {
    // All of them build in the same place.
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _one = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let Output { status, stdout, stderr } = Command::new(env!("CARGO_BIN_EXE_course"))
        .arg("timeline")
        .args(args)
        .env("NO_COLOR", "1")
        .current_dir(&COURSE.root)
        .output()
        .unwrap();
    let stdout = String::from_utf8(stdout).unwrap();
    let title = format!("\n{}\n\n", args.join(" ").replace(" --", ""));
    let (program, picture) = stdout.rsplit_once(&title).unwrap_or((&stdout, ""));
    Recorded {
        status: status.code(),
        program: program.into(),
        picture: picture.into(),
        stderr: String::from_utf8(stderr).unwrap(),
        svg: args.first().and_then(|name| {
            let timelines = COURSE.target_dir.join("timelines");
            fs::read_to_string(timelines.join(format!("{name}.svg"))).ok()
        }),
    }
}

/// Fails if the program printed a line that it does not print without the recorder, or lines in
/// another order.
fn printed_what_it_always_prints(chapter: &Chapter, example: &Example, run: &Recorded) {
    let file = chapter.dir.join("recorded").join(format!("{}.txt", example.name));
    let Ok(known) = fs::read_to_string(&file) else { return };
    let masked = |text: &str| ADDRESS.replace_all(text, "127.0.0.1:PORT").into_owned();
    // Which has the lines of standard error, too.
    let known = masked(&known);
    let mut known = known.lines();
    for line in masked(&run.program).lines() {
        assert!(
            known.any(|other| other == line),
            "{} prints what is not in {}: {line}",
            example.name,
            file.display()
        );
    }
}

/// Records it, and fails unless there is a picture, or a sentence that says why there is none.
fn can_be_recorded(chapter: &Chapter, example: &Example) -> bool {
    let run = timeline(&[&example.name]);
    if run.status == Some(0) {
        printed_what_it_always_prints(chapter, example, &run);
        let svg = run.svg.expect("it is written");
        assert!(svg.starts_with("<svg") && svg.ends_with("</svg>\n"), "{}", example.name);
        let lines = run.picture.lines().count();
        assert!(lines < 150, "{} is drawn on {lines} lines", example.name);
        return true;
    }
    let why = "gave Tokio's runtime nothing to run";
    assert!(run.stderr.contains(why), "{}: {}", example.name, run.stderr);
    assert_eq!(run.svg, None, "{}", example.name);
    false
}

#[test]
fn timeline_draws_a_stage_and_leaves_it_alone() {
    let source = COURSE.root.join("chapters/02-spawning/examples/02-spawning.rs");
    let before = fs::read_to_string(&source).unwrap();

    let run = timeline(&["02-spawning"]);
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    let plain = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--example", "02-spawning"])
        .current_dir(&COURSE.root)
        .output()
        .unwrap();
    assert_eq!(run.program, String::from_utf8_lossy(&plain.stdout));

    // Each task has a row, which begins with its function and where it is spawned.
    let spawn =
        |what: &str| before.lines().position(|line| line.contains(what)).expect(what) + 1;
    let process = spawn("tokio::spawn(process(socket))");
    let serve = spawn("tokio::spawn(serve(listener))");
    for name in [
        "main ".to_string(),
        format!("serve 1, line {serve} "),
        format!("process 1, line {process} "),
        format!("process 2, line {process} "),
    ] {
        let mut rows = run.picture.lines().filter(|row| row.starts_with(&name));
        assert!(rows.any(|row| row.contains("~##")), "{name}: {}", run.picture);
    }
    assert!(run.picture.contains("# polled   ~ ready"), "{}", run.picture);
    assert!(run.picture.contains("timelines/02-spawning.svg\n"), "{}", run.picture);
    assert!(run.svg.is_some_and(|svg| svg.contains("serve 1, line")));

    assert_eq!(fs::read_to_string(&source).unwrap(), before);
}

#[test]
fn timeline_hands_on_arguments_and_the_exit_status() {
    let run = timeline(&["02-spawning", "--", "nonsense"]);
    assert_eq!(run.status, Some(2), "{}", run.stderr);
    assert!(
        run.stderr.contains("usage: cargo run --example 02-spawning"),
        "{}",
        run.stderr
    );
    let rows = run.picture.lines().filter(|row| row.starts_with("main  "));
    assert!(rows.count() == 1 && run.picture.contains("##|"), "{}", run.picture);
}

#[test]
fn timeline_of_an_unknown_program_says_what_exists() {
    let run = timeline(&["02-spawnign"]);
    assert_eq!((run.status, run.program.as_str()), (Some(1), ""));
    assert!(run.stderr.contains("no program is called `02-spawnign`; there are"));
    for stage in &COURSE.chapters {
        assert!(run.stderr.contains(&stage.slug), "{}", run.stderr);
    }
    assert!(!run.stderr.contains("-measured"), "{}", run.stderr);

    let run = timeline(&["one"]);
    assert!(run.stderr.contains("could be"), "{}", run.stderr);
    let run = timeline(&["02-task-cost-measured"]);
    assert!(run.stderr.contains("cargo run --release --example"), "{}", run.stderr);
    let list = timeline(&[]);
    assert_eq!(list.status, Some(0));
    assert!(list.program.contains("  02  02-spawning  "), "{}", list.program);
}

#[test]
fn every_stage_can_be_recorded() {
    for chapter in &COURSE.chapters {
        let stage = chapter.examples.iter().find(|one| one.name == chapter.slug).unwrap();
        // Chapter 7 has a runtime of its own.
        assert_eq!(
            can_be_recorded(chapter, stage),
            chapter.number != 7,
            "{}",
            stage.name
        );
    }
}

#[test]
#[ignore = "slow"]
fn every_program_can_be_recorded() {
    for chapter in &COURSE.chapters {
        let examples = { chapter.examples.iter() }.filter(|one| !one.is_measured());
        let recorded =
            examples.filter(|example| can_be_recorded(chapter, example)).count();
        assert!(recorded > 0, "{}", chapter.slug);
    }
}
