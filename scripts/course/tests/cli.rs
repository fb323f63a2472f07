//! The tool as a reader meets it: run in a small course of its own, made for each test.

#[path = "cli/content.rs"]
mod content;
#[cfg(target_os = "linux")]
#[path = "cli/live.rs"]
mod live;
#[path = "cli/timeline.rs"]
mod timeline;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, SystemTime};

/// A course with two exercises in its first chapter and none in its second.
struct Course {
    root: PathBuf,
}

/// What a command printed, and its exit status.
struct Ran {
    status: i32,
    stdout: String,
    stderr: String,
}

impl Course {
    fn new(test: &str) -> Course {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("course").join(test);
        let _ = fs::remove_dir_all(&root);
        let course = Course { root };
        course.write(
            "Cargo.toml",
            "[workspace]\nresolver = \"3\"\nmembers = [\"chapters/*\"]\n",
        );
        course.write("chapters/01-first/Cargo.toml", FIRST);
        course.write("chapters/02-second/Cargo.toml", SECOND);
        course.write("chapters/02-second/examples/02-second.rs", "fn main() {}\n");
        course.write("book/src/mistakes.md", MISTAKES);
        for (name, stub, check, solution) in [
            ("zero", ZERO, ZERO_CHECK, ZERO_SOLUTION),
            ("a-loan", LOAN, LOAN_CHECK, LOAN_SOLUTION),
        ] {
            let exercise = format!("chapters/01-first/exercises/{name}");
            course.write(&format!("{exercise}/exercise.rs"), stub);
            course.write(&format!("{exercise}/check.rs"), check);
            course.write(&format!("{exercise}/hints.md"), HINTS);
            course.write(&format!("solutions/01-first/{name}/stub.rs"), stub);
            course.write(&format!("solutions/01-first/{name}/solution.rs"), solution);
        }
        course
    }

    fn write(&self, path: &str, content: &str) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.root.join(path)).unwrap()
    }

    /// Adds a page with two questions.
    fn ask(&self) {
        self.write("book/src/SUMMARY.md", "# Summary\n\n- [One](01-first.md)\n");
        self.write("book/src/01-first.md", QUESTIONS);
        self.write("chapters/01-first/recorded/zero.txt", "zero is 0\n");
    }

    /// Remembers these predictions, as the pages do.
    fn predicted(&self, said: &[(&str, &str)]) {
        let predictions: BTreeMap<&str, &str> = said.iter().copied().collect();
        let progress = serde_json::json!(
            { "version": 1, "exercises": {}, "predictions": predictions }
        );
        self.write(".course/progress.json", &progress.to_string());
    }

    fn answer(&self, exercise: &str, content: &str) {
        self.write(
            &format!("chapters/01-first/exercises/{exercise}/exercise.rs"),
            content,
        );
    }

    fn run(&self, args: &[&str]) -> Ran {
        self.run_in("", args)
    }

    fn run_in(&self, folder: &str, args: &[&str]) -> Ran {
        self.run_with(folder, args, |command| command.env("NO_COLOR", "1"))
    }

    fn run_with(
        &self,
        folder: &str,
        args: &[&str],
        with: impl FnOnce(&mut Command) -> &mut Command,
    ) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_course"));
        command
            .args(args)
            .current_dir(self.root.join(folder))
            .env("CARGO_NET_OFFLINE", "true")
            .env_remove("CARGO_TARGET_DIR")
            .env_remove("NO_COLOR")
            .env_remove("CLICOLOR_FORCE");
        let Output { status, stdout, stderr } = with(&mut command).output().unwrap();
        Ran {
            status: status.code().expect("it ends by itself"),
            stdout: String::from_utf8(stdout).unwrap(),
            stderr: String::from_utf8(stderr).unwrap(),
        }
    }

    /// The state that `list` shows for an exercise.
    fn state(&self, exercise: &str) -> String {
        let listed = self.run(&["list"]).stdout;
        let line = listed.lines().find(|line| line.trim().starts_with(exercise)).unwrap();
        line.split_once("min").unwrap().1.trim().to_string()
    }
}

impl Ran {
    #[track_caller]
    fn status(self, expected: i32) -> Ran {
        assert_eq!(self.status, expected, "{}\n{}", self.stdout, self.stderr);
        self
    }

    #[track_caller]
    fn says(self, expected: &str) -> Ran {
        assert!(self.stdout.contains(expected), "no `{expected}` in:\n{}", self.stdout);
        self
    }

    #[track_caller]
    fn says_not(self, unexpected: &str) -> Ran {
        assert!(!self.stdout.contains(unexpected), "`{unexpected}` in:\n{}", self.stdout);
        self
    }

    #[track_caller]
    fn complains(self, expected: &str) -> Ran {
        assert!(self.stderr.contains(expected), "no `{expected}` in:\n{}", self.stderr);
        self
    }
}

#[test]
fn plain_course_says_what_is_next_and_where() {
    let course = Course::new("plain");
    course
        .run(&["--no-watch", "--no-book"])
        .status(0)
        .says("01  0/2  The first steps")
        .says("02  0/0  The second")
        .says("Next: Return zero (01-zero, 1 minute)")
        .says("story     Make `zero` return zero, as its name says.\n\n            - It returns 0.\n")
        .says("read      book/src/01-first.md")
        .says("edit      chapters/01-first/exercises/zero/exercise.rs")
        .says("check     cargo course check 01-zero");
}

#[test]
fn the_list_follows_the_manifest_and_shows_each_state() {
    let course = Course::new("list");
    let listed = course.run(&["list"]).status(0).stdout;
    assert!(
        listed.find("01-zero").unwrap() < listed.find("01-a-loan").unwrap(),
        "{listed}"
    );
    assert_eq!(course.state("01-zero"), "not started");

    course.answer("zero", "pub fn zero() -> i32 { 2 }\n");
    assert_eq!(course.state("01-zero"), "changed, not checked");
    course.run(&["check", "zero"]).status(1);
    assert_eq!(course.state("01-zero"), "failing [not-zero]");

    course.answer("zero", "pub fn zero() -> i32 { \"\" }\n");
    course.run(&["check", "zero"]).status(1);
    assert_eq!(course.state("01-zero"), "does not compile");

    course.answer("zero", "pub fn zero() -> i32 { 0 }\n");
    course.run(&["check", "zero"]).status(0);
    assert_eq!(course.state("01-zero"), "done");
    course.answer("zero", "pub fn zero() -> i32 { 0 + 0 }\n");
    assert_eq!(course.state("01-zero"), "done, changed since");
    course.run(&["list"]).says("1 of 2 exercises done");
}

#[test]
fn a_wrong_answer_fails_with_the_name_of_its_mistake() {
    let course = Course::new("wrong");
    let ran =
        course.run(&["check"]).status(1).says("01-zero: It is not zero  [not-zero]");
    ran.says("cargo course hint 01-zero")
        .says_not("running 1 test")
        .says_not("test result");
}

#[test]
fn a_right_answer_passes_and_leads_on() {
    let course = Course::new("right");
    course.answer("zero", ZERO_SOLUTION);
    course
        .run(&["check"])
        .status(0)
        .says("01-zero passes.")
        .says("It is not zero [not-zero]")
        .says("read chapter 1, \"Zero\"")
        .says("cargo course solution 01-zero")
        .says("Next: Return a loan (01-a-loan, 5 minutes)");
    // The next one is the default now.
    course.run(&["check"]).status(1).says("01-a-loan");
    course.answer("a-loan", LOAN_SOLUTION);
    course.run(&["check"]).status(0).says("Every exercise is done.");
    course.run(&["check"]).status(0).says("Every exercise is done.");
    course
        .run(&["--no-watch", "--no-book"])
        .status(0)
        .says("01  2/2")
        .says("Every exercise is done.");
}

/// The reader saves what is worked on, and need not type its name.
#[test]
fn check_takes_what_was_saved_last() {
    let course = Course::new("saved-last");
    let wrong = "pub fn zero() -> i32 { 2 }\n";
    course.answer("zero", wrong);
    course.answer("a-loan", &format!("{LOAN}\n// edited\n"));
    let file = |exercise: &str| {
        course.root.join(format!("chapters/01-first/exercises/{exercise}/exercise.rs"))
    };
    let saved = |exercise: &str, ago: u64| {
        let at = SystemTime::now() - Duration::from_secs(ago);
        File::options()
            .write(true)
            .open(file(exercise))
            .and_then(|file| file.set_modified(at))
            .unwrap();
    };
    saved("zero", 100);
    saved("a-loan", 10);
    course.run(&["check"]).status(1).says("01-a-loan: Given away while on loan");
    course.run(&["hint"]).status(0).says("01-a-loan, hint 1 of 3");
    saved("a-loan", 1000);
    course.run(&["check"]).status(1).says("01-zero: It is not zero");
    // What passes needs no check, and what is as shipped was not saved by the reader.
    course.answer("zero", ZERO_SOLUTION);
    course.run(&["check"]).status(0).says("01-zero passes.");
    saved("zero", 0);
    course.run(&["check"]).status(1).says("01-a-loan");
    course.answer("a-loan", LOAN);
    course.answer("zero", &format!("{ZERO_SOLUTION}// and more\n"));
    saved("zero", 500);
    course.run(&["check"]).status(0).says("01-zero passes.");
}

#[test]
fn a_short_name_means_the_chapter_one_is_in() {
    let course = Course::new("short-names");
    let second = format!("{SECOND}{}", &FIRST[FIRST.find("[[test]]").unwrap()..])
        .replace("01-zero", "02-zero-too")
        .replace("exercises/zero/", "exercises/zero-too/")
        .replace("exercises.zero]", "exercises.zero-too]")
        .replace("01-a-loan", "02-a-loan");
    course.write("chapters/02-second/Cargo.toml", &second);
    for exercise in ["zero-too", "a-loan"] {
        for (file, content) in
            [("exercise.rs", ZERO), ("check.rs", ZERO_CHECK), ("hints.md", HINTS)]
        {
            let path = format!("chapters/02-second/exercises/{exercise}/{file}");
            course.write(&path, content);
        }
        course.write(&format!("solutions/02-second/{exercise}/stub.rs"), ZERO);
    }
    course.run(&["hint", "loan"]).status(0).says("01-a-loan, hint 1");
    course.run_in("chapters/02-second", &["hint", "loan"]).says("02-a-loan, hint 1");
    course.write("chapters/02-second/exercises/zero-too/exercise.rs", "// begun\n");
    course.run(&["hint", "loan"]).says("02-a-loan, hint 2");
    course.run(&["hint", "1", "loan"]).says("01-a-loan, hint 2");
}

#[test]
fn a_pass_names_the_main_mistake_and_those_that_were_made() {
    let course = Course::new("learned");
    let about = "What it was about:\n  - It is not zero [not-zero]\n    read chapter 1";
    course.answer("a-loan", LOAN_SOLUTION);
    course.run(&["check", "loan"]).status(0).says(about).says_not("Given away");
    course.answer("a-loan", LOAN);
    course.run(&["check", "loan"]).status(1).says("[moved-while-borrowed]");
    course.answer("a-loan", LOAN_SOLUTION);
    course.run(&["check", "loan"]).status(0).says(about).says("- Given away while on");
}

#[test]
fn a_compile_error_shows_rustcs_words_first_and_then_the_mistake() {
    let course = Course::new("refused");
    let ran = course.run(&["check", "loan"]).status(1);
    let rustc = ran
        .stdout
        .find("error[E0505]: cannot move out of `text`")
        .expect("rustc's words");
    let ours =
        ran.stdout.find("01-a-loan: Given away while on loan").expect("the mistake");
    assert!(rustc < ours && ran.stdout.starts_with("error[E0505]"), "{}", ran.stdout);
    ran.says("[moved-while-borrowed]")
        .says("saw       rustc's error E0505 at")
        .says("because   a value stays where it is while somebody has borrowed it")
        .says("read      chapter 1, \"Loans\"")
        .says_not("aborting due to");
    assert_eq!(course.state("01-a-loan"), "not started");
}

#[test]
fn a_compile_error_that_is_no_mistake_of_the_exercise_gets_advice() {
    let course = Course::new("advice");
    course.answer("zero", "pub fn zero() -> i32 { \"0\" }\n");
    course
        .run(&["check", "zero"])
        .status(1)
        .says("error[E0308]: mismatched types")
        .says("It does not compile yet: the compiler's words say why.");
    course.answer("zero", "pub fn zero() -> i32 { let n: u8 = \"\"; \"0\" }\n");
    course.run(&["check", "zero"]).status(1).says("Begin with the first of 2 errors");
    course.answer("zero", "pub fn nought() -> i32 { 0 }\n");
    course
        .run(&["check", "zero"])
        .status(1)
        .says("error[E0425]")
        .says("keep the names and the signatures");
}

#[test]
fn a_compile_error_that_fits_several_mistakes_names_them_all() {
    let course = Course::new("several");
    let both = MISTAKES.replace("one zero.", "one zero.\n\n**Compiler** E0505");
    course.write("book/src/mistakes.md", &both);
    course
        .run(&["check", "loan"])
        .status(1)
        .says("as it does for any of these")
        .says("perhaps   It is not zero [not-zero]")
        .says("perhaps   Given away while on loan [moved-while-borrowed]");
}

#[test]
fn an_exercise_that_ships_with_a_compile_error_says_so() {
    let course = Course::new("ships");
    course.write("book/src/mistakes.md", "# Mistakes\n");
    course.run(&["check", "loan"]).status(1).says("So the exercise begins");
    course.answer("a-loan", &format!("{LOAN}\n// edited\n"));
    course.run(&["check", "loan"]).status(1).says_not("So the exercise begins");
}

#[test]
fn warnings_about_the_answer_are_shown_only_when_it_fails() {
    let course = Course::new("warnings");
    course.answer("zero", "pub fn zero() -> i32 { let n = 0; 1 }\n");
    course.run(&["check", "zero"]).status(1).says("warning: unused variable: `n`");
    course.answer("zero", "pub fn zero() -> i32 { let n = 0; 0 }\n");
    let ran = course.run(&["check", "zero"]).status(0).says_not("unused variable");
    assert!(!ran.stderr.contains("unused variable"), "{}", ran.stderr);
}

#[test]
fn a_build_that_fails_elsewhere_is_not_the_answers_fault() {
    let course = Course::new("elsewhere");
    course.write("chapters/01-first/src/lib.rs", "broken\n");
    course.run(&["check", "zero"]).status(1).complains("expected one of").complains(
        "the build failed before it reached chapters/01-first/exercises/zero/exercise.rs",
    );
    assert_eq!(course.state("01-zero"), "not started");
}

#[test]
fn each_hint_shows_one_more_and_says_how_many_are_left() {
    let course = Course::new("hints");
    course
        .run(&["hint"])
        .status(0)
        .says("01-zero, hint 1 of 3: Look\n\nWhat does it return?\n")
        .says("2 hints left: cargo course hint 01-zero")
        .says_not("Think");
    course
        .run(&["hint", "zero"])
        .says("Look")
        .says("Think")
        .says("1 hint left")
        .says_not("Do");
    for _ in 0..2 {
        course
            .run(&["hint", "zero"])
            .status(0)
            .says("Look")
            .says("Think")
            .says("    let zero = 0;\n")
            .says("That was the last hint.");
    }
    course.run(&["hint", "loan"]).says("2 hints left");
}

#[test]
fn hints_that_were_asked_for_are_shown_again_at_no_cost() {
    let course = Course::new("hints-again");
    course
        .run(&["hint", "zero", "--again"])
        .status(1)
        .complains("no hint was asked for yet");
    course.run(&["hint", "zero"]).status(0);
    for _ in 0..2 {
        course
            .run(&["hint", "zero", "--again"])
            .status(0)
            .says("hint 1 of 3: Look")
            .says_not("Think")
            .says("2 hints left");
    }
}

#[test]
fn the_list_counts_predictions_and_says_nothing_of_wrong_ones() {
    let course = Course::new("predictions");
    course.run(&["list"]).says_not("prediction");
    course.ask();
    course.run(&["list"]).says("0 of 2 predictions made\n");
    course.predicted(&[("predict-a", "zero is 1"), ("predict-gone", "x")]);
    course.run(&["list"]).says("1 of 2 predictions made\n").says_not("wrong");
    let said = course.run(&["export"]).status(0).stdout;
    let export: serde_json::Value = serde_json::from_str(&said).unwrap();
    let question = &export["predictions"][0];
    assert_eq!(
        (&question["right"], &question["belief"]),
        (&false.into(), &"not-zero".into())
    );
    // What was said stays, whatever else changes, and an answer that is none any more counts as none.
    course.answer("zero", ZERO_SOLUTION);
    course.run(&["check", "zero"]).status(0);
    course.run(&["reset", "zero"]).status(0);
    course.run(&["list"]).says("1 of 2 predictions made\n");
    course.write("book/src/01-first.md", &QUESTIONS.replace("zero is 1", "zero is 2"));
    course.run(&["list"]).says("0 of 2 predictions made\n");
}

#[test]
fn the_list_has_a_bar_for_each_chapter() {
    let course = Course::new("bars");
    course.run(&["list"]).says("01  The first steps\n    □□  0 of 2 done\n");
    course.answer("zero", ZERO_SOLUTION);
    course.run(&["check", "zero"]).status(0);
    course.answer("a-loan", &format!("{LOAN}\n// edited\n"));
    course.run(&["list"]).says("■▣  1 of 2 done").says("no exercises");
}

#[test]
fn the_solution_stands_beside_the_answer() {
    let course = Course::new("beside");
    course
        .run(&["solution", "zero", "--reveal", "--side-by-side"])
        .status(0)
        .says("yours")
        .says("   7     1")
        .says("▸    7     0\n")
        .says("▸ The code differs here");
}

#[test]
fn progress_is_exported_for_an_instructor() {
    let course = Course::new("export");
    course.ask();
    course.answer("zero", "pub fn zero() -> i32 { 2 }\n");
    course.run(&["check", "zero"]).status(1);
    course.run(&["hint", "zero"]).status(0);
    let said = course.run(&["export"]).status(0).stdout;
    let export: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(export["format"], "tokio-by-stages-progress");
    assert_eq!(export["version"], 1);
    assert_eq!((&export["done"], &export["total"]), (&0.into(), &2.into()));
    let zero = &export["chapters"][0]["exercises"][0];
    assert_eq!(zero["name"], "01-zero");
    assert_eq!(zero["state"], "failing");
    assert_eq!(zero["mistake"], "not-zero");
    assert_eq!(zero["met"], serde_json::json!(["not-zero"]));
    assert_eq!((&zero["hints"], &zero["hints_total"]), (&1.into(), &3.into()));
    let question = &export["predictions"][0];
    assert_eq!(
        (&question["id"], &question["page"]),
        (&"predict-a".into(), &"01-first".into())
    );
    assert_eq!((&question["predicted"], &question["right"]), (&false.into(), &().into()));
    let root = course.root.to_str().unwrap();
    assert!(!said.contains(root), "a path is in it:\n{said}");
    assert!(!said.contains("-> i32"), "an answer is in it:\n{said}");
    // What the format is stands where one looks for it, key by key.
    let help = course.run(&["export", "--help"]).status(0).stdout;
    let mut keys: Vec<&String> = export.as_object().unwrap().keys().collect();
    keys.extend(zero.as_object().unwrap().keys());
    keys.extend(export["chapters"][0].as_object().unwrap().keys());
    keys.extend(export["predictions"][0].as_object().unwrap().keys());
    for key in keys {
        assert!(help.contains(key.as_str()), "no word of `{key}`:\n{help}");
    }
}

#[test]
fn the_doctor_says_what_is_wrong_and_what_to_do() {
    let course = Course::new("doctor");
    course.run(&["list"]).status(0);
    let ran = course.run(&["doctor"]).status(0);
    let ran = ran.says("ok    Rust").says("exercises       all 2 are there");
    ran.says("The course has all that it needs.");
    fs::remove_file(course.root.join("chapters/01-first/exercises/zero/exercise.rs"))
        .unwrap();
    course
        .run(&["doctor"])
        .status(1)
        .says("fix   exercises")
        .says("→ cargo course reset 01-zero")
        .says("1 thing to mend.");
    // A program that is not there is something to do without.
    let empty = course.root.join("empty");
    fs::create_dir_all(&empty).unwrap();
    let cargo = std::env::var_os("CARGO").unwrap();
    let rustc = std::env::var_os("RUSTC")
        .unwrap_or_else(|| Path::new(&cargo).with_file_name("rustc").into_os_string());
    course.run(&["reset", "zero"]).status(0);
    course
        .run_with("", &["doctor"], |command| {
            command.env("PATH", &empty).env("RUSTC", &rustc).env("NO_COLOR", "1")
        })
        .says("note  redis-cli")
        .says("not found; nothing needs it");
}

/// What troubles a machine, without breaking it.
#[test]
fn the_doctor_looks_at_the_machine() {
    let course = Course::new("doctor-machine");
    course
        .run(&["doctor"])
        .status(0)
        .says("ok    open files")
        .says("ok    temporary")
        .says("ok    target folder   target")
        .says("GiB are free")
        .says("ok    line ends")
        .says_not("RUSTFLAGS");
    course
        .write("chapters/01-first/exercises/zero/hints.md", &HINTS.replace('\n', "\r\n"));
    course
        .run_with("", &["doctor"], |command| {
            command
                .env("NO_COLOR", "1")
                .env("TMPDIR", course.root.join("no-such-folder"))
                .env("RUSTFLAGS", "-D warnings")
                .env(
                    "CARGO_TARGET_DIR",
                    Path::new(env!("CARGO_TARGET_TMPDIR")).join("shared"),
                )
        })
        .status(1)
        .says("fix   temporary")
        .says("no file can be written")
        .says("note  RUSTFLAGS")
        .says("$RUSTFLAGS is `-D warnings`")
        .says("note  target folder")
        .says("another clone of the course")
        .says("note  line ends")
        .says("chapters/01-first/exercises/zero/hints.md has CRLF")
        .says("1 thing to mend.");
}

#[test]
fn a_chapter_is_checked_as_a_whole() {
    let course = Course::new("chapter");
    let none = course.run(&["check", "1"]).status(1);
    none.says(
        "01-zero    not started\n01-a-loan  not started\n\n0 of 2 exercises pass\n",
    );
    course.answer("zero", ZERO_SOLUTION);
    course.answer("a-loan", &format!("{LOAN}\n// edited\n"));
    let ran = course.run(&["check", "01"]).status(1);
    ran.says("01-zero    passes\n01-a-loan  Given away while on loan\n")
        .says("1 of 2 exercises pass");
    assert_eq!(course.state("01-a-loan"), "does not compile [moved-while-borrowed]");
    course.answer("a-loan", LOAN_SOLUTION);
    course.run(&["check", "01-first"]).status(0).says("2 of 2 exercises pass");
    assert_eq!(course.state("01-zero"), "done");
}

#[test]
fn the_list_says_how_much_is_left() {
    let course = Course::new("left");
    course.run(&["list"]).says("0 of 2 exercises done, about 6 minutes left\n");
    course.answer("a-loan", LOAN_SOLUTION);
    course.run(&["check", "loan"]).status(0);
    course.run(&["list"]).says("1 of 2 exercises done, about 1 minute left\n");
    course.answer("zero", ZERO_SOLUTION);
    course.run(&["check", "zero"]).status(0);
    course.run(&["list"]).says("2 of 2 exercises done\n");
}

#[test]
fn it_says_its_version() {
    let course = Course::new("version");
    let version = format!("cargo course {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(course.run(&["--version"]).status(0).stdout, version);
}

#[test]
#[cfg(target_os = "linux")]
fn a_shell_completes_commands_and_exercises() {
    let course = Course::new("completions");
    for shell in ["bash", "zsh"] {
        course
            .run(&["completions", shell])
            .status(0)
            .says("cargo course")
            .says("01-zero");
    }
    for shell in ["elvish", "fish", "powershell"] {
        course.run(&["completions", shell]).status(0).says("cargo course").says("doctor");
    }
    course.write("completions.bash", &course.run(&["completions", "bash"]).stdout);
    let completed = |words: &str, last: usize| {
        let script = format!(
            ". ./completions.bash; COMP_WORDS=({words}); COMP_CWORD={last}; \
             $(complete -p course | sed 's/.*-F \\([^ ]*\\).*/\\1/') course \
             \"${{COMP_WORDS[{last}]}}\" \"${{COMP_WORDS[{last}-1]}}\"; echo \"${{COMPREPLY[@]}}\""
        );
        let output = Command::new("bash")
            .args(["--norc", "-c", &script])
            .current_dir(&course.root)
            .output()
            .unwrap();
        assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_string()
    };
    assert_eq!(completed("course doc", 1), "doctor");
    assert_eq!(completed("course check 01-z", 2), "01-zero");
    assert_eq!(completed("course hint 01-", 2), "01-zero 01-a-loan");
}

#[test]
fn what_an_answer_says_does_nothing_to_a_terminal() {
    let course = Course::new("harmless");
    let colored = |command: &[&str]| {
        course.run_with("", command, |command| command.env("CLICOLOR_FORCE", "1"))
    };
    course.answer("zero", HOSTILE);
    let printed = colored(&["check", "zero"]).status(1);
    let refused = "compile_error!(\"\\u{1b}]0;owned\\u{7}\\u{1b}[2J\\u{202e}\");\n";
    course.answer("zero", refused);
    let compiled = colored(&["check", "zero"]).status(1);
    course.answer("zero", "// \x1b]0;owned\x07\x1b[2Jwrong\rright\n");
    let quoted = colored(&["solution", "zero", "--reveal"]).status(0);
    for ran in [&printed, &compiled, &quoted] {
        assert!(ran.stdout.contains("owned"), "{}", ran.stdout);
        for control in ["\x1b]", "\x07", "\x1b[2J", "wrong\r", "\u{202e}"] {
            let all = format!("{}{}", ran.stdout, ran.stderr);
            assert!(!all.contains(control), "{control:?} in {all:?}");
        }
    }
    assert!(compiled.stdout.contains("\x1b["), "colors stay: {:?}", compiled.stdout);
}

#[test]
fn the_solution_is_shown_once_the_answer_passes_or_when_asked_for() {
    let course = Course::new("solution");
    course
        .run(&["solution", "zero"])
        .status(1)
        .complains("has not passed yet")
        .complains("--reveal")
        .says_not("Zero is written");
    course
        .run(&["solution", "zero", "--reveal"])
        .status(0)
        .says("Zero is written `0`.")
        .says("--- chapters/01-first/exercises/zero/exercise.rs")
        .says("+++ solutions/01-first/zero/solution.rs")
        .says("@@ -4,5 +4,5 @@")
        .says("▸ -    1\n▸ +    0\n");
    course.answer("zero", "pub fn zero() -> i32 {\n    1 - 1\n}\n");
    course.run(&["check", "zero"]).status(0);
    course
        .run(&["solution", "zero"])
        .status(0)
        .says("▸ -    1 - 1\n  +    // TODO\n▸ +    0\n");
    course.answer(
        "zero",
        "//! My own words.\n\npub fn zero() -> i32 {\n    // TODO\n    0\n}\n",
    );
    course
        .run(&["solution", "zero"])
        .status(0)
        .says("Your code is the same, line by line.");
}

#[test]
fn reset_restores_the_stub_and_keeps_every_answer() {
    let course = Course::new("reset");
    course.run(&["reset", "zero"]).status(0).says("nothing to do");
    for (n, answer) in ["first try\n", "second try\n"].into_iter().enumerate() {
        course.answer("zero", answer);
        let kept = format!(".course/backups/01-zero-{}.rs", n + 1);
        course.run(&["reset", "zero"]).status(0).says(&kept);
        assert_eq!(course.read(&kept), answer);
        assert_eq!(course.read("chapters/01-first/exercises/zero/exercise.rs"), ZERO);
    }
    let left: Vec<_> = fs::read_dir(course.root.join("chapters/01-first/exercises/zero"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with('.'))
        .collect();
    assert!(left.is_empty(), "temporary files are left: {left:?}");
}

#[test]
fn reset_begins_a_passed_exercise_again() {
    let course = Course::new("again");
    course.answer("zero", ZERO_SOLUTION);
    course.run(&["check", "zero"]).status(0);
    course.run(&["reset", "zero"]).status(0);
    assert_eq!(course.state("01-zero"), "not started");
    course.run(&["solution", "zero"]).status(1);
}

#[test]
fn reset_without_a_stub_changes_nothing() {
    let course = Course::new("no-stub");
    course.answer("zero", "mine\n");
    fs::remove_file(course.root.join("solutions/01-first/zero/stub.rs")).unwrap();
    course.run(&["reset", "zero"]).status(1).complains("nothing was changed");
    assert_eq!(course.read("chapters/01-first/exercises/zero/exercise.rs"), "mine\n");
}

#[test]
fn a_missing_answer_is_named_and_reset_brings_it_back() {
    let course = Course::new("missing");
    fs::remove_file(course.root.join("chapters/01-first/exercises/zero/exercise.rs"))
        .unwrap();
    course.run(&["check", "zero"]).status(1).complains("cargo course reset 01-zero");
    course.run(&["reset", "zero"]).status(0);
    assert_eq!(course.state("01-zero"), "not started");
}

#[test]
fn unreadable_progress_is_kept_aside_and_begun_anew() {
    let course = Course::new("progress");
    for (n, broken) in
        ["{ \"version\": 1, ", "{ \"version\": 99 }"].into_iter().enumerate()
    {
        course.write(".course/progress.json", broken);
        let kept = format!(".course/progress-unreadable-{}.json", n + 1);
        course
            .run(&["list"])
            .status(0)
            .complains("cannot be understood")
            .complains(&kept);
        assert_eq!(course.read(&kept), broken);
        let again = course.run(&["list"]).status(0);
        assert_eq!(again.stderr, "", "it is said once");
    }
}

#[test]
fn progress_survives_a_lost_build() {
    let course = Course::new("clean");
    course.answer("zero", ZERO_SOLUTION);
    course.run(&["check", "zero"]).status(0);
    fs::remove_dir_all(course.root.join("target")).unwrap();
    assert_eq!(course.state("01-zero"), "done");
}

#[test]
fn names_can_be_shortened_and_paths_are_names() {
    let course = Course::new("names");
    for name in ["01-zero", "zero", "1-z", "ZERO", "chapters/01-first/exercises/zero"] {
        course.run(&["hint", name]).status(0).says("01-zero, hint 1 of 3: Look");
    }
    course.run(&["hint", "1", "zero"]).status(0).says("01-zero, hint 1 of 3: Look");
    let here = "chapters/01-first/exercises/zero";
    for path in [".", "exercise.rs", "../a-loan/../zero/exercise.rs"] {
        course.run_in(here, &["hint", path]).status(0).says("01-zero, hint 1 of 3: Look");
    }
    course.run(&["hint", "1"]).status(1).complains("01-zero, 01-a-loan");
    course.run(&["hint", "zeor"]).status(1).complains("near it: 01-zero");
    course.run(&["hint", "qqqq"]).status(1).complains("cargo course list");
}

#[test]
fn it_works_from_any_folder_of_the_repository() {
    let course = Course::new("subfolder");
    course.answer("zero", ZERO_SOLUTION);
    course.run_in("book/src", &["check", "zero"]).status(0);
    course
        .run_in("chapters/02-second", &["list"])
        .status(0)
        .says("1 of 2 exercises done");
    assert!(course.root.join(".course/progress.json").is_file());
}

#[test]
fn color_is_for_those_who_want_it() {
    let course = Course::new("color");
    let args = ["check", "loan"];
    let piped = course.run_with("", &args, |command| command);
    assert!(!piped.stdout.contains('\x1b'), "{:?}", piped.stdout);
    let forced = course.run_with("", &args, |command| command.env("CLICOLOR_FORCE", "1"));
    assert!(forced.stdout.contains("\x1b["), "{:?}", forced.stdout);
    let refused = course.run_with("", &args, |command| {
        command.env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1")
    });
    assert!(!refused.stdout.contains('\x1b'), "{:?}", refused.stdout);
}

#[test]
fn a_malformed_manifest_is_named_with_the_key() {
    let course = Course::new("manifest");
    let manifest = "chapters/01-first/Cargo.toml";
    for (good, bad, complaint) in [
        (
            "minutes = 1\n",
            "",
            "[package.metadata.exercises.zero]: missing field `minutes`",
        ),
        (
            "minutes = 1\n",
            "minutes = \"one\"\n",
            "[package.metadata.exercises.zero]: invalid type",
        ),
        (
            "exercises.zero]",
            "exercises.nil]",
            "[package.metadata.exercises.zero] is missing",
        ),
        ("\"01-zero\"", "\"zero\"", "[[test]] `name` is \"zero\""),
        ("description = \"The first steps\"\n", "", "`description` is missing"),
    ] {
        course.write(manifest, &FIRST.replace(good, bad));
        course.run(&["list"]).status(1).complains(manifest).complains(complaint);
    }
}

#[test]
fn a_wrong_command_line_has_status_2() {
    let course = Course::new("usage");
    course.run(&["chekc"]).status(2).complains("check");
    course.run(&["reset"]).status(2);
}

#[test]
fn a_new_exercise_has_its_folders_and_its_lines() {
    let course = Course::new("new");
    let solutions =
        "# Chapter 01\n\n[[test]]\nname = \"solution-01-zero\"\npath = \"a\"\n";
    course.write("solutions/Cargo.toml", solutions);
    let ran = course.run(&["new", "01-two-by-two", "--title", "Two by two"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let list = course.run(&["list"]).stdout;
    assert!(list.contains("01-two-by-two  10 min  not started"), "{list}");
    assert!(course.read("solutions/Cargo.toml").starts_with(&format!(
        "{solutions}\n[[test]]\nname = \"solution-01-two-by-two\"\n"
    )));
    let exercise = "chapters/01-first/exercises/two-by-two/exercise.rs";
    assert_eq!(
        course.read(exercise),
        course.read("solutions/01-first/two-by-two/stub.rs"),
        "the reader's file is as shipped"
    );

    let manifests = [course.read("chapters/01-first/Cargo.toml"), course.read(exercise)];
    for (name, why) in [
        ("01-two-by-two", "has an exercise two-by-two already"),
        ("7-up", "there is no chapter 7"),
        ("two-by-two", "is no name of an exercise"),
        ("01-../up", "is no name of an exercise"),
    ] {
        let ran = course.run(&["new", name]);
        assert_ne!(ran.status, 0);
        assert!(ran.stderr.contains(why), "{name}: {}", ran.stderr);
    }
    let after = [course.read("chapters/01-first/Cargo.toml"), course.read(exercise)];
    assert_eq!(manifests, after, "what is refused changes nothing");
}

const QUESTIONS: &str = r#"# One

<ol class="predict" id="predict-a">
<li data-says="zero is 0">nothing</li>
<li data-says="zero is 1" data-mistake="not-zero">one</li>
</ol>

<details><summary>The answer</summary>

```text
{{#include ../../chapters/01-first/recorded/zero.txt}}
```

</details>

<p class="predict" id="predict-b" data-find="zero is (\d)">How many?</p>

<details><summary>The answer</summary>

```text
{{#include ../../chapters/01-first/recorded/zero.txt}}
```

</details>
"#;

const FIRST: &str = r#"
[package]
name = "first"
description = "The first steps"
version = "0.1.0"
edition = "2024"

[[test]]
name = "01-zero"
path = "exercises/zero/check.rs"
harness = false
test = false

[[test]]
name = "01-a-loan"
path = "exercises/a-loan/check.rs"
harness = false
test = false

[package.metadata.exercises.zero]
title = "Return zero"
minutes = 1
starts = "not-zero"
meets = ["not-zero"]

[package.metadata.exercises.a-loan]
title = "Return a loan"
minutes = 5
starts = "E0505"
meets = ["not-zero", "moved-while-borrowed"]
"#;

const SECOND: &str = r#"
[package]
name = "second"
description = "The second"
version = "0.1.0"
edition = "2024"
"#;

const MISTAKES: &str = r#"# Mistakes

### It is not zero {#not-zero}

**Because** there is only one zero.

**Read** [chapter 1, "Zero"](01-first.md#zero)

### Given away while on loan {#moved-while-borrowed}

**Because** a value stays where it is while somebody has borrowed it.

**Compiler** E0505, "no such thing"

**Read** [chapter 1, "Loans"](01-first.md#loans)
"#;

const HINTS: &str = "# Hints

## Look

What does it
return?

## Think

Of [nothing](x.md).

## Do

```rust
let zero = 0;
```
";

const ZERO: &str = "//! Make `zero` return zero, as its name says.
//!
//! - It returns 0.

pub fn zero() -> i32 {
    // TODO
    1
}
";

/// Sets the title, rings, clears the screen, and writes over its own line.
const HOSTILE: &str = r#"
pub fn zero() -> i32 {
    println!("\u{1b}]0;owned\u{7}\u{1b}[2Jwrong\rright");
    1
}
"#;

const ZERO_SOLUTION: &str = "//! Zero is written `0`.

pub fn zero() -> i32 {
    // TODO
    0
}
";

// Like a check made with `probe`, as far as the tool can see.
const ZERO_CHECK: &str = r#"
mod exercise;

const _: Option<&str> = option_env!("PROBE_BUILD");

fn main() {
    let passes = exercise::zero() == 0;
    let report = std::env::var_os("PROBE_REPORT").expect("the tool asks for a report");
    println!("\nrunning 1 test");
    if passes {
        std::fs::write(report, "pass\n").unwrap();
        println!("test zero ... ok\n\ntest result: ok. 1 passed");
    } else {
        std::fs::write(report, "fail not-zero\n").unwrap();
        println!("01-zero: It is not zero  [not-zero]\n\ntest result: FAILED.");
        std::process::exit(1);
    }
}
"#;

const LOAN: &str = "//! Give it back first.

pub fn loan(text: String) -> usize {
    let on_loan = &text;
    drop(text);
    on_loan.len()
}
";

const LOAN_SOLUTION: &str = "//! It is given back.

pub fn loan(text: String) -> usize {
    text.len()
}
";

const LOAN_CHECK: &str = r#"
mod exercise;

const _: Option<&str> = option_env!("PROBE_BUILD");

fn main() {
    assert_eq!(exercise::loan("four".into()), 4);
    let report = std::env::var_os("PROBE_REPORT").expect("the tool asks for a report");
    std::fs::write(report, "pass\n").unwrap();
}
"#;
