//! However an answer ends the process that runs it, the check ends explained.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

/// Runs `examples/misbehaving-check.rs`, which `cargo test` has built.
fn check_that(misbehavior: &str) -> Output {
    let catalogue = scratch(misbehavior).with_extension("md");
    let output = command(&exe(), misbehavior).output().unwrap();
    fs::remove_file(catalogue).unwrap();
    output
}

fn exe() -> PathBuf {
    let mut path = env::current_exe().unwrap();
    path.pop();
    path.set_file_name("examples");
    let exe = path.join("misbehaving-check").with_extension(env::consts::EXE_EXTENSION);
    assert!(exe.exists(), "{} is missing: `cargo test` builds it", exe.display());
    exe
}

/// The command that runs it, and a catalogue for it.
fn command(exe: &Path, misbehavior: &str) -> Command {
    let catalogue = scratch(misbehavior).with_extension("md");
    fs::write(
        &catalogue,
        "### A lock was held while waiting {#guard-across-await}\n\n**Because** it was.\n\n\
         ### Each task counted on its own copy {#copied-counter}\n\n**Because** of\nCopy.\n\n\
         **Read** [chapter 2](two.md)\n",
    )
    .unwrap();
    let mut command = Command::new(exe);
    command
        .env("MISBEHAVE", misbehavior)
        .env("PROBE_CATALOGUE", &catalogue)
        .env("PROBE_REPORT", scratch(misbehavior))
        .env("PROBE_PICTURE", scratch(misbehavior).with_extension("svg"));
    command
}

fn scratch(misbehavior: &str) -> PathBuf {
    env::temp_dir().join(format!("probe-watchdog-{}-{misbehavior}", std::process::id()))
}

/// The text, the status and the report must agree that it failed as `id`.
fn fails_as(misbehavior: &str, id: &str, saw: &str) -> String {
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
    text
}

/// The text, the status and the report must agree that nothing is known.
fn no_verdict(misbehavior: &str, output: &Output, saw: &str) {
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.starts_with("00-misbehaving-check: No verdict"), "{text}");
    assert!(joined(&text).contains(saw), "{text}");
    assert_eq!(output.status.code(), Some(2));
    let report = fs::read_to_string(scratch(misbehavior)).unwrap();
    assert!(report.starts_with("none\n00-misbehaving-check: "), "{report}");
    fs::remove_file(scratch(misbehavior)).unwrap();
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
fn a_process_left_behind_ends_with_the_check_and_does_not_keep_a_right_answer() {
    let mut check = command(&exe(), "leave-a-process");
    let output = check.arg("--nocapture").output().unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    let pid = text.lines().find_map(|line| line.trim_start().strip_prefix("| "));
    let pid = pid.expect("it prints the number of the process").to_owned();
    assert!(pid.parse::<u32>().is_ok(), "{text}");
    gone(&pid);
    fs::remove_file(scratch("leave-a-process")).unwrap();
    fs::remove_file(scratch("leave-a-process").with_extension("md")).unwrap();
}

/// Waits until no such process is alive. One that nobody has waited for is not.
fn gone(pid: &str) {
    let alive = || {
        let ps = Command::new("ps").args(["-o", "stat=", "-p", pid]).output().unwrap();
        let state = String::from_utf8_lossy(&ps.stdout).trim().to_owned();
        !state.is_empty() && !state.starts_with('Z')
    };
    let started = Instant::now();
    while alive() {
        assert!(started.elapsed() < Duration::from_secs(20), "{pid} lives");
        thread::sleep(Duration::from_millis(20));
    }
}

/// The one child of a process, as soon as there is one.
#[cfg(target_os = "linux")]
fn child_of(pid: u32) -> String {
    let started = Instant::now();
    loop {
        let ps = Command::new("ps")
            .args(["-o", "pid=", "--ppid", &pid.to_string()])
            .output()
            .unwrap();
        let child = String::from_utf8_lossy(&ps.stdout).trim().to_owned();
        if !child.is_empty() {
            return child;
        }
        assert!(started.elapsed() < Duration::from_secs(20));
        thread::sleep(Duration::from_millis(5));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_check_that_is_killed_leaves_nothing_behind() {
    let temp = tempfile::tempdir().unwrap();
    let mut check =
        command(&exe(), "sleep-on").env("TMPDIR", temp.path()).spawn().unwrap();
    let child = child_of(check.id());
    check.kill().unwrap();
    check.wait().unwrap();
    gone(&child);
    assert_eq!(fs::read_dir(temp.path()).unwrap().count(), 0);
    fs::remove_file(scratch("sleep-on").with_extension("md")).unwrap();
}

#[cfg(target_os = "linux")]
#[test]
fn time_in_which_the_process_was_stopped_does_not_count() {
    let mut check = command(&exe(), "take-a-second")
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let child = child_of(check.id());
    let signal = |signal: &str| {
        assert!(
            Command::new("kill").args(["-s", signal, &child]).status().unwrap().success()
        );
    };
    signal("STOP");
    thread::sleep(probe::DEADLINE + Duration::from_secs(2));
    signal("CONT");
    assert!(check.wait().unwrap().success());
    fs::remove_file(scratch("take-a-second")).unwrap();
    fs::remove_file(scratch("take-a-second").with_extension("md")).unwrap();
}

#[test]
fn a_check_needs_no_temporary_folder() {
    let mut check = command(&exe(), "need-nothing");
    let output = check.env("TMPDIR", "/not/there").output().unwrap();
    assert!(output.status.success());
    fs::remove_file(scratch("need-nothing")).unwrap();
    fs::remove_file(scratch("need-nothing").with_extension("md")).unwrap();
}

#[cfg(unix)]
#[test]
fn a_child_that_cannot_be_started_is_no_verdict() {
    let temp = tempfile::tempdir().unwrap();
    let copy = temp.path().join("check");
    fs::copy(exe(), &copy).unwrap();
    let output = command(&copy, "not-there").output().unwrap();
    no_verdict("not-there", &output, "could not be started");
    fs::remove_file(scratch("not-there").with_extension("md")).unwrap();
}

#[test]
fn a_child_that_ends_before_its_first_case_is_no_verdict() {
    let output = check_that("end-too-soon");
    no_verdict("end-too-soon", &output, "7");
}

#[cfg(unix)]
#[test]
fn a_signal_from_outside_is_no_verdict_and_a_kill_speaks_of_memory() {
    let output = check_that("be-asked-to-end");
    no_verdict("be-asked-to-end", &output, "SIGTERM");
    let text = fails_as("be-killed", "ended", "SIGKILL");
    assert!(joined(&text).contains("where memory runs out"), "{text}");
}

#[test]
fn standard_input_is_empty() {
    assert!(check_that("read-standard-input").status.success());
    fs::remove_file(scratch("read-standard-input")).unwrap();
}

#[test]
fn long_words_are_cut() {
    for (misbehavior, id) in [
        ("panic-at-length", "panicked"),
        ("say-much", "copied-counter"),
        ("print-much", "copied-counter"),
    ] {
        let text = fails_as(misbehavior, id, "more)");
        assert!(text.len() < 6 << 10, "{misbehavior}: {} bytes", text.len());
    }
}

#[test]
fn an_answer_does_not_reach_the_terminal() {
    let text = fails_as("drive-the-terminal", "panicked", r"\u{1b}]0;title\u{7}");
    assert!(text.contains(r"  | \u{1b}[2Jprinted\rhidden"), "{text}");
    assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{text:?}");
}

#[test]
fn a_poll_after_the_end_is_named_also_in_a_task() {
    fails_as("poll-after-the-end", "polled-after-done", "the service");
}

#[test]
fn exit_with_status_zero_is_no_pass() {
    fails_as("exit", "ended", "exit status: 0");
}

#[test]
fn an_abort_is_explained() {
    fails_as(
        "abort",
        "ended",
        if cfg!(unix) { "aborted" } else { "during “misbehaves”" },
    );
}

#[test]
fn a_stack_overflow_is_explained() {
    fails_as("overflow", "ended", "during “misbehaves”");
}

#[test]
fn an_endless_loop_is_ended() {
    let text = fails_as("loop", "hung", "8 seconds");
    let busy =
        if cfg!(target_os = "linux") { "thread was busy" } else { "blocked or busy" };
    assert!(joined(&text).contains(busy), "{text}");
}

#[test]
fn a_blocked_thread_is_ended() {
    let text = fails_as("sleep", "hung", "8 seconds");
    let waits =
        if cfg!(target_os = "linux") { "none was busy" } else { "blocked or busy" };
    assert!(joined(&text).contains(waits), "{text}");
}

/// Without the breaks of lines.
fn joined(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_busy_thread_is_not_told_to_wait() {
    fails_as("spin-where-a-wait-is-foreseen", "hung", "8 seconds");
}

#[cfg(target_os = "linux")]
#[test]
fn a_thread_that_is_busy_and_one_that_waits_have_names_of_their_own() {
    fails_as("spin-as-foreseen", "copied-counter", "8 seconds");
    fails_as("wait-as-foreseen", "guard-across-await", "8 seconds");
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
fn a_tokio_call_in_the_wrong_place_is_named_where_the_case_has_no_name() {
    fails_as("block-in-a-task", "runtime-is-everywhere", "Cannot start a runtime");
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
