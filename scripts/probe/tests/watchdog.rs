//! However an answer ends the process that runs it, the check ends explained.

use std::path::PathBuf;
use std::process::{Command, Output};
use std::time::{Duration, Instant};
use std::{env, fs};

/// Runs `examples/misbehaving-check.rs`, which `cargo test` has built.
fn check_that(misbehavior: &str) -> Output {
    let mut path = env::current_exe().unwrap();
    path.pop();
    path.set_file_name("examples");
    let exe = path.join("misbehaving-check").with_extension(env::consts::EXE_EXTENSION);
    assert!(exe.exists(), "{} is missing: `cargo test` builds it", exe.display());
    let catalogue = scratch(misbehavior).with_extension("md");
    fs::write(
        &catalogue,
        "### A lock was held while waiting {#guard-across-await}\n\n**Because** it was.\n\n\
         ### Each task counted on its own copy {#copied-counter}\n\n**Because** of\nCopy.\n\n\
         **Read** [chapter 2](two.md)\n",
    )
    .unwrap();
    let output = Command::new(exe)
        .env("MISBEHAVE", misbehavior)
        .env("PROBE_CATALOGUE", &catalogue)
        .env("PROBE_REPORT", scratch(misbehavior))
        .env("PROBE_PICTURE", scratch(misbehavior).with_extension("svg"))
        .output()
        .unwrap();
    fs::remove_file(catalogue).unwrap();
    output
}

fn scratch(misbehavior: &str) -> PathBuf {
    env::temp_dir().join(format!("probe-watchdog-{}-{misbehavior}", std::process::id()))
}

/// The text, the status and the report must agree that it failed as `id`.
fn fails_as(misbehavior: &str, id: &str, saw: &str) {
    let started = Instant::now();
    let output = check_that(misbehavior);
    let text = String::from_utf8(output.stdout).unwrap();
    let first = text.lines().next().unwrap();
    assert!(first.starts_with("00-misbehaving-check: "), "{text}");
    assert!(first.ends_with(&format!("[{id}]")), "{text}");
    assert!(text.contains(saw), "{text}");
    assert!(text.contains("test result: FAILED. 1 passed; 1 failed"), "{text}");
    assert_eq!(output.status.code(), Some(1));
    let report = fs::read_to_string(scratch(misbehavior)).unwrap();
    assert!(
        report.starts_with(&format!("fail {id}\n00-misbehaving-check: ")),
        "{report}"
    );
    fs::remove_file(scratch(misbehavior)).unwrap();
    // The watchdog's promise, with room for a machine that is busy with other tests.
    assert!(started.elapsed() < probe::DEADLINE + Duration::from_secs(20));
}

#[test]
fn a_right_answer_passes() {
    let output = check_that("nothing");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("test misbehaves ... ok"), "{text}");
    assert!(text.contains("test result: ok. 2 passed; 0 failed"), "{text}");
    assert!(output.status.success());
    assert_eq!(fs::read_to_string(scratch("nothing")).unwrap(), "pass\n");
    fs::remove_file(scratch("nothing")).unwrap();
}

#[test]
fn a_picture_stands_below_the_verdict_and_in_a_file_of_its_own() {
    fails_as(
        "draw",
        "copied-counter",
        "\n  ran             0 ms\n            main  ~##|\n",
    );
    let picture = scratch("draw").with_extension("svg");
    assert!(fs::read_to_string(&picture).unwrap().starts_with("<svg"));
    fs::remove_file(picture).unwrap();
}

#[test]
fn a_thread_left_behind_does_not_keep_a_right_answer() {
    assert!(check_that("leave-a-thread").status.success());
    fs::remove_file(scratch("leave-a-thread")).unwrap();
}

#[test]
fn a_process_left_behind_does_not_keep_a_right_answer() {
    assert!(check_that("leave-a-process").status.success());
    fs::remove_file(scratch("leave-a-process")).unwrap();
}

#[test]
fn exit_with_status_zero_is_no_pass() {
    fails_as("exit", "ended", "exit status: 0");
}

#[test]
fn an_abort_is_explained() {
    fails_as("abort", "ended", "during “misbehaves”");
}

#[test]
fn a_stack_overflow_is_explained() {
    fails_as("overflow", "ended", "during “misbehaves”");
}

#[test]
fn an_endless_loop_is_ended() {
    fails_as("loop", "hung", "8 seconds");
}

#[test]
fn a_blocked_thread_is_ended() {
    fails_as("sleep", "hung", "8 seconds");
}

#[test]
fn a_deadlock_that_was_foreseen_is_named() {
    fails_as(
        "deadlock",
        "guard-across-await",
        "saw       it was held; “misbehaves” had not",
    );
}

#[test]
fn a_gigabyte_of_output_is_cut_short() {
    fails_as("flood", "flooded", "16 MiB");
}

#[test]
fn a_panic_is_told_with_its_words_and_place() {
    fails_as("panic", "panicked", "misbehaving-check.rs");
}

#[test]
fn a_todo_is_an_unfinished_exercise() {
    fails_as("todo", "unfinished", "misbehaving-check.rs");
}

#[test]
fn a_todo_in_a_spawned_task_is_an_unfinished_exercise() {
    fails_as("todo-in-a-task", "unfinished", "misbehaving-check.rs");
}

#[test]
fn a_wait_without_a_waker_is_stuck_at_once() {
    fails_as("stuck", "stuck", "still waiting");
}

#[test]
fn a_finding_keeps_its_words_and_gets_those_of_the_catalogue() {
    let output = check_that("find");
    let text = String::from_utf8(output.stdout).unwrap();
    fs::remove_file(scratch("find")).unwrap();
    let expected = "\
00-misbehaving-check: Each task counted on its own copy         [copied-counter]
  saw       tabs\tand \\ and
            lines
  because   of Copy.
  read      chapter 2

  what it printed:
  | a line of the answer's own
";
    assert_eq!(text.split_inclusive('\n').take(8).collect::<String>(), expected);
}
