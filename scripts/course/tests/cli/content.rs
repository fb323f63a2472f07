//! A verdict is about the content of the reader's file, whatever its times say. Where something
//! else is wrong than the answer, there is none.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use course::repo::progress::Progress;

use super::{Course, ZERO, ZERO_CHECK, ZERO_SOLUTION};

const FILE: &str = "chapters/01-first/exercises/zero/exercise.rs";
const CHECK: &str = "chapters/01-first/exercises/zero/check.rs";
const WRONG: &str = "pub fn zero() -> i32 { 7 }\n";
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

impl Course {
    fn file(&self) -> PathBuf {
        self.root.join(FILE)
    }

    /// Writes an answer, as from an archive or a machine whose clock is another one.
    fn answer_of(&self, content: &str, modified: SystemTime) {
        self.answer("zero", content);
        File::options()
            .append(true)
            .open(self.file())
            .and_then(|file| file.set_modified(modified))
            .unwrap();
    }

    #[track_caller]
    fn passes(&self) {
        self.run(&["check", "zero"]).status(0).says("01-zero passes.");
        assert_eq!(self.state("01-zero"), "done");
    }

    #[track_caller]
    fn fails(&self) {
        self.run(&["check", "zero"]).status(1).says("[not-zero]");
        assert_eq!(self.state("01-zero"), "failing [not-zero]");
    }

    /// No verdict, with these words, and nothing to remember.
    #[track_caller]
    fn is_not_judged(
        &self,
        words: &str,
        with: impl FnOnce(&mut Command) -> &mut Command,
    ) {
        self.run_with("", &["check", "zero"], with).status(1).complains(words);
        assert_eq!(self.state("01-zero"), "changed, not checked");
    }
}

#[test]
fn an_answer_that_is_moved_back_is_judged_again() {
    let course = Course::new("moved");
    course.answer("zero", WRONG);
    let aside = course.root.join("aside.rs");
    course.fails();
    fs::rename(course.file(), &aside).unwrap();
    course.answer("zero", ZERO_SOLUTION);
    course.passes();
    fs::rename(&aside, course.file()).unwrap();
    course.run(&["check", "zero"]).status(1).says("[not-zero]");
}

#[test]
fn an_answer_that_is_copied_with_its_times_is_judged_again() {
    let course = Course::new("copied");
    course.answer("zero", WRONG);
    course.fails();
    let modified = fs::metadata(course.file()).unwrap().modified().unwrap();
    course.answer_of(ZERO_SOLUTION, modified);
    course.passes();
    // `cp -p`, `rsync -a`, an archive.
    course.answer_of(WRONG, modified - DAY);
    course.fails();
}

#[test]
fn a_clock_that_lags_or_leads_changes_no_verdict() {
    let course = Course::new("clock");
    course.answer("zero", WRONG);
    let (past, future) = (SystemTime::now() - DAY, SystemTime::now() + DAY);
    course.fails();
    course.answer_of(ZERO_SOLUTION, past);
    course.passes();
    course.answer_of(WRONG, future);
    course.fails();
    course.answer_of(ZERO_SOLUTION, future - DAY / 2);
    course.passes();
}

#[test]
fn a_helper_of_the_check_counts_as_well() {
    let course = Course::new("helper");
    let zero = format!("{ZERO_CHECK}\nmod helper;\nuse helper::ZERO;\n");
    course.write(CHECK, &zero.replace("== 0", "== ZERO"));
    let helper = CHECK.replace("check.rs", "helper.rs");
    course.write(&helper, "pub const ZERO: i32 = 1;\n");
    course.run(&["check", "zero"]).status(0);
    course.write(&helper, "pub const ZERO: i32 = 0;\n");
    File::options()
        .append(true)
        .open(course.root.join(&helper))
        .and_then(|file| file.set_modified(SystemTime::now() - DAY))
        .unwrap();
    course.run(&["check", "zero"]).status(1).says("[not-zero]");
}

#[test]
fn two_clones_with_one_target_folder_judge_their_own_answers() {
    let (right, wrong) = (Course::new("clone-one"), Course::new("clone-two"));
    let target = right.root.join("shared");
    right.answer("zero", ZERO_SOLUTION);
    wrong.answer_of(ZERO, SystemTime::now() - DAY);
    for _ in 0..2 {
        for (clone, status) in [(&right, 0), (&wrong, 1)] {
            clone
                .run_with("", &["check", "zero"], |it| {
                    it.env("CARGO_TARGET_DIR", &target)
                })
                .status(status);
        }
    }
}

#[test]
fn what_is_not_built_is_not_built_again() {
    let course = Course::new("once");
    course.answer("zero", ZERO_SOLUTION);
    course.passes();
    let built = newest_program(&course);
    course.passes();
    assert_eq!(newest_program(&course), built);
    // Neither does it matter when the same content was written.
    course.answer_of(ZERO_SOLUTION, SystemTime::now() - DAY);
    course.passes();
    assert_eq!(newest_program(&course), built);
}

fn newest_program(course: &Course) -> SystemTime {
    let programs = fs::read_dir(course.root.join("target/debug/deps")).unwrap();
    let modified =
        programs.map(|one| one.unwrap().metadata().unwrap().modified().unwrap());
    modified.max().expect("something was built")
}

#[test]
fn a_save_while_cargo_waits_is_what_is_judged() {
    let course = Course::new("waits");
    let (held, go) = (course.root.join("held"), course.root.join("go"));
    course.write(
        "chapters/02-second/build.rs",
        &format!(
            "fn main() {{
                std::fs::write({held:?}, \"\").unwrap();
                while !std::path::Path::new({go:?}).exists() {{
                    std::thread::sleep(std::time::Duration::from_millis(10));
                }}
            }}\n"
        ),
    );
    // The last save is the right answer, then a wrong one. As Cargo sees it, both are old.
    for (before, after, status) in [(ZERO, ZERO_SOLUTION, 0), (ZERO_SOLUTION, WRONG, 1)] {
        for signal in [&held, &go] {
            let _ = fs::remove_file(signal);
        }
        course.answer("zero", before);
        let _ = course.run(&["check", "zero"]);
        let mut cargo = a_cargo_that_holds_the_lock(&course, &held);
        let mut check = Command::new(env!("CARGO_BIN_EXE_course"))
            .args(["check", "zero"])
            .current_dir(&course.root)
            .env("CARGO_NET_OFFLINE", "true")
            .env_remove("CARGO_TARGET_DIR")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut complaints = BufReader::new(check.stderr.take().unwrap());
        let mut line = String::new();
        while !line.contains("Blocking waiting") {
            line.clear();
            let read = complaints.read_line(&mut line).unwrap();
            assert!(read > 0, "Cargo did not wait");
        }
        course.answer_of(after, SystemTime::now() - DAY);
        fs::write(&go, "").unwrap();
        let mut rest = String::new();
        complaints.read_to_string(&mut rest).unwrap();
        let output = check.wait_with_output().unwrap();
        let stdout = String::from_utf8_lossy(&output.stdout);
        assert_eq!(output.status.code(), Some(status), "{stdout}\n{rest}");
        cargo.wait().unwrap();
        let state = if status == 0 { "done" } else { "failing [not-zero]" };
        assert_eq!(course.state("01-zero"), state);
    }
}

fn a_cargo_that_holds_the_lock(course: &Course, held: &Path) -> Child {
    // Its build script runs anew each time.
    let script = course.root.join("chapters/02-second/build.rs");
    let source = fs::read_to_string(&script).unwrap() + "\n";
    fs::write(&script, source).unwrap();
    let cargo = Command::new(env!("CARGO"))
        .args(["build", "--offline", "--example", "02-second"])
        .current_dir(&course.root)
        .env_remove("CARGO_TARGET_DIR")
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let started = Instant::now();
    while !held.exists() {
        assert!(
            started.elapsed() < Duration::from_secs(120),
            "the other Cargo never began"
        );
        thread::sleep(Duration::from_millis(10));
    }
    cargo
}

#[test]
fn without_a_temporary_folder_a_right_answer_is_right() {
    let course = Course::new("tmpdir");
    let none = course.root.join("no-such-folder");
    for (n, folder) in [none, PathBuf::from("/dev/full")].iter().enumerate() {
        course.answer("zero", &format!("pub fn zero() -> i32 {{ {n} - {n} }}\n"));
        course
            .run_with("", &["check", "zero"], |command| in_folder(command, folder))
            .status(0);
        assert_eq!(course.state("01-zero"), "done");
    }
}

fn in_folder<'a>(command: &'a mut Command, folder: &Path) -> &'a mut Command {
    for name in ["TMPDIR", "TMP", "TEMP"] {
        command.env(name, folder);
    }
    command
}

#[test]
#[cfg(unix)]
fn where_no_file_can_grow_there_is_no_verdict() {
    let course = Course::new("full");
    course.answer("zero", ZERO_SOLUTION);
    course.passes();
    course.answer("zero", "pub fn zero() -> i32 { 1 - 1 }\n");
    // Every write to a file fails, as on a full disk.
    let mut command = Command::new("sh");
    command
        .args(["-c", "ulimit -f 0; trap '' XFSZ; exec \"$0\" check zero"])
        .arg(env!("CARGO_BIN_EXE_course"))
        .current_dir(&course.root)
        .env("CARGO_NET_OFFLINE", "true")
        .env_remove("CARGO_TARGET_DIR");
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}\n{complaints}");
    assert!(complaints.contains("error:"), "{complaints}");
    assert!(!said.contains("01-zero"), "{said}");
    assert_eq!(course.state("01-zero"), "done, changed since");
    course.passes();
}

#[test]
fn a_check_that_ends_without_a_report_is_no_verdict() {
    let course = Course::new("no-report");
    for end in ["abort()", "exit(0)", "exit(1)"] {
        course
            .answer("zero", &format!("pub fn zero() -> i32 {{ std::process::{end} }}\n"));
        course.is_not_judged("ended without a verdict", |command| command);
    }
    let runs = course.root.join("target/course/checks/01-zero");
    let left: Vec<_> = fs::read_dir(runs)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "lock" && name != "built")
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_check_that_does_not_ask_for_the_key_is_found_out() {
    let course = Course::new("no-key");
    let check = ZERO_CHECK.replace("option_env!(\"PROBE_BUILD\")", "None");
    course.write(CHECK, &check);
    course.run(&["check", "zero"]).status(1).says("[not-zero]");
    course.answer_of(ZERO_SOLUTION, SystemTime::now() - DAY);
    course.is_not_judged("it must use `probe::main!`", |command| command);
}

#[test]
fn flags_that_make_errors_of_warnings_change_no_verdict() {
    let course = Course::new("flags");
    course.answer("zero", "pub fn zero() -> i32 { let n = 0; 1 }\n");
    course
        .run_with("", &["check", "zero"], |it| it.env("RUSTFLAGS", "-D warnings"))
        .status(1)
        .says("[not-zero]")
        .says("warning: unused variable");
}

#[test]
fn what_a_right_answer_printed_is_shown() {
    let course = Course::new("printed");
    // As `probe` does it.
    let check = ZERO_CHECK.replace(
        "test result: ok. 1 passed",
        "  what it printed:\\n  | [{}]\\n\\ntest result: ok. 1 passed",
    );
    let check = check.replace(
        "1 passed\")",
        "1 passed\", std::env::args().skip(1).collect::<String>())",
    );
    course.write(CHECK, &check);
    course.answer("zero", ZERO_SOLUTION);
    course
        .run(&["check", "zero"])
        .status(0)
        .says("  what it printed:\n  | [--nocapture]\n")
        .says("01-zero passes.");
}

#[test]
fn a_file_that_cannot_be_read_is_not_missing() {
    let course = Course::new("unreadable");
    fs::remove_file(course.file()).unwrap();
    fs::create_dir(course.file()).unwrap();
    let ran = course.run(&["check", "zero"]).status(1).complains("cannot read");
    assert!(!ran.stderr.contains("missing"), "{}", ran.stderr);
    assert_eq!(course.state("01-zero"), "exercise.rs cannot be read");
}

#[test]
fn hints_are_shown_where_nothing_can_be_remembered() {
    let course = Course::new("hints-unwritable");
    fs::create_dir_all(course.root.join(".course/progress.lock")).unwrap();
    for _ in 0..2 {
        course
            .run(&["hint", "zero"])
            .status(0)
            .says("hint 1 of 3: Look")
            .says_not("Think")
            .complains("this is not remembered");
    }
}

#[test]
fn runs_that_save_at_once_lose_nothing() {
    const WRITERS: usize = 6;
    const TIMES: usize = 10;
    let course = Course::new("writers");
    let opened = course::repo::workspace::Course::at(&course.root).unwrap();
    thread::scope(|scope| {
        for _ in 0..WRITERS {
            scope.spawn(|| {
                let (_, exercise) = opened.exercises().next().unwrap();
                let (mut progress, _) = Progress::read(&opened).unwrap();
                for _ in 0..TIMES {
                    progress.change(exercise, |record| record.hints += 1).unwrap();
                }
            });
        }
    });
    let (progress, _) = Progress::read(&opened).unwrap();
    let (_, exercise) = opened.exercises().next().unwrap();
    assert_eq!(progress.of(exercise).hints, WRITERS * TIMES);
}
