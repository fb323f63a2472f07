//! The living course as a reader meets it: in a terminal (a pty, and a screen that is read
//! back), and in a pipe.
//!
//! Nothing here rests on how long something takes: a test waits for what must come, for as
//! long as a loaded machine may need.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use pty_process::blocking::Pty;

use super::{Course, HOSTILE, LOAN_SOLUTION, ZERO, ZERO_SOLUTION};

/// How long something may take that should take a second.
const PATIENCE: Duration = Duration::from_secs(120);

/// A terminal with `cargo course` in it.
struct Terminal {
    pty: Arc<Pty>,
    child: Child,
    screen: Arc<(Mutex<Shown>, Condvar)>,
}

struct Shown {
    parser: vt100::Parser,
    /// All that was written, as text.
    all: String,
    ended: bool,
}

impl Terminal {
    fn open(course: &Course, args: &[&str]) -> Terminal {
        Terminal::of_size(course, args, 40, 110)
    }

    fn of_size(course: &Course, args: &[&str], rows: u16, columns: u16) -> Terminal {
        Terminal::with(course, args, (rows, columns), &[])
    }

    fn with(
        course: &Course,
        args: &[&str],
        (rows, columns): (u16, u16),
        env: &[(&str, &Path)],
    ) -> Terminal {
        let (pty, pts) = pty_process::blocking::open().unwrap();
        pty.resize(pty_process::Size::new(rows, columns)).unwrap();
        let child = pty_process::blocking::Command::new(env!("CARGO_BIN_EXE_course"))
            .args(args)
            .current_dir(&course.root)
            .env("CARGO_NET_OFFLINE", "true")
            .env("TERM", "xterm-256color")
            .env_remove("CARGO_TARGET_DIR")
            .env_remove("NO_COLOR")
            .env_remove("CLICOLOR_FORCE")
            .env_remove("VISUAL")
            .env_remove("EDITOR")
            .envs(env.iter().copied())
            .spawn(pts)
            .unwrap();
        let pty = Arc::new(pty);
        let parser =
            vt100::Parser::new(rows.try_into().unwrap(), columns.try_into().unwrap(), 0);
        let shown = Shown { parser, all: String::new(), ended: false };
        let screen = Arc::new((Mutex::new(shown), Condvar::new()));
        let (reader, shown) = (pty.clone(), screen.clone());
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            loop {
                let read = (&*reader).read(&mut buffer);
                let mut now = shown.0.lock().unwrap();
                match read {
                    Ok(n @ 1..) => {
                        now.parser.process(&buffer[..n]);
                        now.all += &String::from_utf8_lossy(&buffer[..n]);
                    }
                    // Linux says so when the last program that had the terminal is gone.
                    _ => now.ended = true,
                }
                shown.1.notify_all();
                if now.ended {
                    return;
                }
            }
        });
        Terminal { pty, child, screen }
    }

    fn press(&self, keys: &str) {
        (&*self.pty).write_all(keys.as_bytes()).unwrap();
    }

    /// Waits until the screen shows all of these, and returns what it shows.
    #[track_caller]
    fn wait_for(&self, words: &[&str]) -> String {
        self.wait_until(&format!("{words:?}"), |screen| {
            words.iter().all(|words| screen.contains(words))
        })
    }

    #[track_caller]
    fn wait_until(&self, what: &str, holds: impl Fn(&str) -> bool) -> String {
        let deadline = Instant::now() + PATIENCE;
        let mut shown = self.screen.0.lock().unwrap();
        loop {
            let screen = shown.parser.screen().contents();
            if holds(&screen) {
                return screen;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero() && !shown.ended, "no {what} on:\n{screen}");
            shown = self.screen.1.wait_timeout(shown, left).unwrap().0;
        }
    }

    /// Waits until the program has ended. Returns how, and all that it wrote.
    #[track_caller]
    fn end(mut self) -> (ExitStatus, String) {
        let status = self.child.wait().unwrap();
        let mut shown = self.screen.0.lock().unwrap();
        while !shown.ended {
            shown = self.screen.1.wait(shown).unwrap();
        }
        (status, std::mem::take(&mut shown.all))
    }

    fn signal(&self, signal: rustix::process::Signal) {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, signal).unwrap();
    }

    /// Whether the terminal gives whole lines, shows what is typed, and makes a signal of
    /// Ctrl-C, as it did at first.
    fn is_as_it_was(&self) -> bool {
        use rustix::termios::LocalModes;
        let modes = rustix::termios::tcgetattr(&*self.pty).unwrap().local_modes;
        modes.contains(LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const WATCH: &[&str] = &["watch"];

fn file(course: &Course, exercise: &str) -> std::path::PathBuf {
    course.root.join(format!("chapters/01-first/exercises/{exercise}/exercise.rs"))
}

/// Waits for something outside the terminal.
#[track_caller]
fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < deadline, "{what} did not come");
        thread::sleep(Duration::from_millis(10));
    }
}

/// Whether this process is there and not a zombie.
fn is_alive(pid: &str) -> bool {
    let stat = fs::read_to_string(Path::new("/proc").join(pid).join("stat"));
    stat.is_ok_and(|stat| !stat.rsplit_once(')').unwrap().1.trim_start().starts_with('Z'))
}

/// An answer that never ends, and starts another program. Both write down who they are.
fn endless(note: &Path) -> String {
    format!(
        "pub fn zero() -> i32 {{
            let child = std::process::Command::new(\"sleep\").arg(\"1000\").spawn().unwrap();
            let pids = format!(\"{{}} {{}}\", std::process::id(), child.id());
            let new = {note:?}.to_string() + \".new\";
            std::fs::write(&new, pids).unwrap();
            std::fs::rename(&new, {note:?}).unwrap();
            loop {{ std::thread::park() }}
        }}\n"
    )
}

/// The processes of an endless answer, once it runs.
fn pids(note: &Path) -> Vec<String> {
    wait_until("the endless answer", || note.exists());
    let pids = fs::read_to_string(note).unwrap();
    pids.split(' ').map(str::to_string).collect()
}

#[test]
fn the_first_screen_says_where_you_are_and_what_the_keys_do() {
    let course = Course::new("live-first");
    let terminal = Terminal::open(&course, WATCH);
    let screen = terminal.wait_for(&["q quit"]);
    for words in [
        "01  0/2  The first steps",
        "Next: Return zero (01-zero, 1 minute)",
        "edit      chapters/01-first/exercises/zero/exercise.rs",
        "Watching: save an exercise, and it is checked.",
        "h hint  n next  e edit  r run again  ? keys  q quit   0 of 2 done",
    ] {
        assert!(screen.contains(words), "no `{words}` on:\n{screen}");
    }
    assert!(!terminal.is_as_it_was());
    terminal.press("q");
    let pty = terminal.pty.clone();
    let (status, _) = terminal.end();
    assert_eq!(status.code(), Some(0));
    drop(pty);
}

/// On the smallest screens that people have, where to read and what to edit are there, and what had
/// to yield is behind a key.
#[test]
fn a_small_screen_shows_what_to_read_and_what_to_edit() {
    let course = Course::new("live-smallest");
    for number in 3..=10 {
        let manifest = format!(
            "[package]\nname = \"more-{number}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\
             description = \"A chapter whose title is about as long as those of the course\"\n"
        );
        let folder = format!("chapters/{number:02}-more");
        course.write(&format!("{folder}/Cargo.toml"), &manifest);
        course.write(&format!("{folder}/examples/{number:02}-more.rs"), "fn main() {}\n");
    }
    let story = "Make `zero` return zero, as its name says, and tell nobody. ".repeat(5);
    let stub = format!("//! {story}\n{ZERO}");
    course.write("solutions/01-first/zero/stub.rs", &stub);
    course.answer("zero", &stub);
    for columns in [80, 40] {
        // The book is served, too: its address takes a line.
        let terminal = Terminal::of_size(&course, &[], 24, columns);
        let screen = terminal.wait_for(&["q quit"]);
        let joined: String = screen.split_whitespace().collect();
        for words in [
            "Next:Returnzero(01-zero,1minute)",
            "readhttp://127.0.0.1:",
            "/01-first.html?key=",
            "editchapters/01-first/exercises/zero/exercise.rs",
            "pressaforall",
            "Thebook,live:http://127.0.0.1:",
            "?keysqquit0of2done",
        ] {
            assert!(
                joined.contains(words),
                "no `{words}` on {columns} columns:\n{screen}"
            );
        }
        if columns == 80 {
            assert!(screen.contains("01  0/2  The first steps"), "{screen}");
        }
        terminal.press("a");
        let all = || terminal.screen.0.lock().unwrap().all.clone();
        wait_until("the last chapter", || all().contains("10  "));
    }
}

#[test]
fn an_answer_that_was_edited_while_the_course_was_closed_is_judged_first() {
    let course = Course::new("live-closed");
    course.answer("a-loan", LOAN_SOLUTION);
    let terminal = Terminal::open(&course, WATCH);
    terminal.wait_for(&["01-a-loan passes.", "1 of 2 done", "Watching:"]);
}

#[test]
fn what_is_as_shipped_is_not_checked_when_all_files_are_touched() {
    let course = Course::new("live-touched");
    let piped = Piped::open(&course, WATCH);
    piped.wait_for("end       Ctrl-C\n");
    course.answer("a-loan", super::LOAN);
    // It is the reader's, though it is as shipped: what comes next.
    course.answer("zero", ZERO);
    piped.wait_for("01-zero: It is not zero");
    course.answer("a-loan", super::LOAN);
    course.answer("zero", ZERO_SOLUTION);
    let said = piped.wait_for("01-zero passes.");
    assert!(!said.contains("01-a-loan: checking"), "{said}");
}

/// A program of this name that does this.
fn program(course: &Course, name: &str, script: &str) -> std::path::PathBuf {
    let path = course.root.join("bin").join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    // Another process writes it. While this one did, a program that some other test starts could inherit the open file,
    // and a file that is open for writing cannot be run.
    let mut writer = Command::new("sh")
        .args(["-c", "cat > \"$0\" && chmod 755 \"$0\""])
        .arg(&path)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = writer.stdin.take().unwrap();
    write!(input, "#!/bin/sh\n{script}\n").unwrap();
    drop(input);
    assert!(writer.wait().unwrap().success());
    path
}

#[test]
fn a_key_opens_the_exercise_in_the_editor() {
    let course = Course::new("live-editor");
    let size = (40, 110);
    {
        let terminal = Terminal::open(&course, WATCH);
        terminal.wait_for(&["q quit"]);
        terminal.press("e");
        terminal.wait_for(&["Neither $VISUAL nor $EDITOR names an editor."]);
    }
    // One that needs the terminal has it for itself, with all its modes, until it ends.
    let vim =
        "read line\necho \"$line\" > \"$1\"\n[ \"$line\" = wrong ] && exit 3\nexit 0";
    let vim = program(&course, "vim", vim);
    let terminal = Terminal::with(&course, WATCH, size, &[("EDITOR", &vim)]);
    terminal.wait_for(&["q quit"]);
    terminal.press("e");
    wait_until("the editor's modes", || terminal.is_as_it_was());
    terminal.press("pub fn zero() -> i32 { 0 }\n");
    terminal.wait_for(&["01-zero passes.", "q quit"]);
    assert!(!terminal.is_as_it_was());
    terminal.press("e");
    wait_until("the editor's modes", || terminal.is_as_it_was());
    terminal.press("wrong\n");
    // What it saved before it failed is checked all the same, and that check hides nothing.
    let failed = "The editor `vim` failed (exit status: 3).";
    terminal.wait_for(&[failed, "It does not compile yet"]);
    drop(terminal);
    // One with a window is started beside the course.
    let window = program(&course, "window", "echo \"$1\" > opened\nexit 4");
    let terminal = Terminal::with(&course, WATCH, size, &[("VISUAL", &window)]);
    terminal.wait_for(&["q quit"]);
    terminal.press("e");
    terminal.wait_for(&["The editor `window` failed (exit status: 4)."]);
    assert_eq!(course.read("opened").trim_end(), file(&course, "zero").to_str().unwrap());
    drop(terminal);
    let nowhere = Path::new("no-such-editor");
    let terminal = Terminal::with(&course, WATCH, size, &[("VISUAL", nowhere)]);
    terminal.wait_for(&["q quit"]);
    terminal.press("e");
    terminal.wait_for(&["`no-such-editor` cannot be started"]);
}

#[test]
fn a_key_shows_all_keys() {
    let course = Course::new("live-help");
    let terminal = Terminal::open(&course, WATCH);
    terminal.wait_for(&["q quit"]);
    terminal.press("n?");
    terminal.wait_for(&["e  opens exercise.rs", "?  these keys", "cargo course list"]);
    terminal.press("h");
    terminal.wait_for(&["01-zero, hint 1 of 3: Look"]);
}

#[test]
fn what_an_answer_prints_does_nothing_to_the_terminal() {
    let course = Course::new("live-harmless");
    let terminal = Terminal::open(&course, WATCH);
    terminal.wait_for(&["q quit"]);
    course.answer("zero", HOSTILE);
    let screen = terminal.wait_for(&["It is not zero", "Watching:"]);
    assert!(screen.contains(r"\u{1b}]0;owned\u{7}\u{1b}[2Jwrong\rright"), "{screen}");
    let all = terminal.screen.0.lock().unwrap().all.clone();
    for control in ["\x1b]0;", "\x07", "wrong\r"] {
        assert!(!all.contains(control), "{control:?} in:\n{all:?}");
    }
}

#[test]
fn what_nohup_starts_outlives_its_terminal() {
    use rustix::process::{Pid, Signal, kill_process};
    let course = Course::new("live-nohup");
    let mut child = Command::new("sh")
        .args(["-c", "trap '' HUP; exec \"$0\" watch", env!("CARGO_BIN_EXE_course")])
        .current_dir(&course.root)
        .env("CARGO_NET_OFFLINE", "true")
        .env_remove("CARGO_TARGET_DIR")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines =
        BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert!(lines.any(|line| line.starts_with("  end ")));
    let send = |signal| kill_process(Pid::from_child(&child), signal).unwrap();
    send(Signal::HUP);
    course.answer("zero", ZERO_SOLUTION);
    assert!(lines.any(|line| line.starts_with("01-zero passes.")));
    send(Signal::HUP);
    send(Signal::TERM);
    assert_eq!(child.wait().unwrap().code(), Some(128 + 15));
}

#[test]
fn a_save_is_checked_and_the_verdict_is_one_screen() {
    let course = Course::new("live-save");
    let terminal = Terminal::open(&course, WATCH);
    terminal.wait_for(&["q quit"]);

    course.answer("zero", "pub fn zero() -> i32 { 2 }\n");
    terminal.wait_for(&["01-zero: It is not zero", "[not-zero]", "Watching:"]);
    assert_eq!(course.state("01-zero"), "failing [not-zero]");

    course.answer("zero", "pub fn zero() -> i32 { \"\" }\n");
    let screen = terminal.wait_for(&["error[E0308]: mismatched types", "Watching:"]);
    assert!(!screen.contains("It is not zero"), "the verdict before is left:\n{screen}");
    let colors = terminal.screen.0.lock().unwrap().all.contains("\x1b[1m\x1b[91merror");
    assert!(colors, "rustc's own colors");

    course.answer("zero", ZERO_SOLUTION);
    terminal.wait_for(&[
        "01-zero passes. What it was about:",
        "It is not zero [not-zero]",
        "read chapter 1, \"Zero\"",
        "Next: Return a loan (01-a-loan, 5 minutes)",
        "s solution",
        "1 of 2 done",
    ]);
    course.answer("a-loan", LOAN_SOLUTION);
    terminal.wait_for(&["01-a-loan passes.", "Every exercise is done.", "2 of 2 done"]);
}

#[test]
fn the_keys_do_what_they_say() {
    let course = Course::new("live-keys");
    let terminal = Terminal::open(&course, WATCH);
    terminal.wait_for(&["q quit"]);

    terminal.press("s");
    terminal.wait_for(&["01-zero has not passed yet.", "--reveal"]);
    terminal.press("h");
    terminal.wait_for(&[
        "hint 1 of 3: Look",
        "What does it return?",
        "2 hints left: press h",
    ]);
    terminal.press("h");
    terminal.wait_for(&["hint 1 of 3: Look", "hint 2 of 3: Think", "1 hint left"]);
    terminal.press("r");
    terminal.wait_for(&["01-zero: It is not zero", "Watching:"]);
    // What was asked for is shown again, and no more than that.
    terminal.press("h");
    terminal.wait_for(&["hint 2 of 3: Think", "1 hint left"]);
    terminal.press("n");
    terminal.wait_for(&["Next: Return a loan", "Give it back first."]);
    terminal.press("r");
    terminal.wait_for(&["error[E0505]", "Given away while on loan", "Watching:"]);
    terminal.press("n");
    terminal.wait_for(&["Next: Return zero"]);

    course.answer("zero", ZERO_SOLUTION);
    terminal.wait_for(&["01-zero passes."]);
    terminal.press("s");
    terminal.wait_for(&["Zero is written `0`.", "Your code is the same, line by line."]);
    terminal.press("\x03");
    let (status, _) = terminal.end();
    assert_eq!(status.code(), Some(0));
}

#[test]
fn every_way_to_save_is_one_save() {
    let course = Course::new("live-saves");
    let terminal = Terminal::open(&course, WATCH);
    terminal.wait_for(&["q quit"]);
    let file = file(&course, "zero");
    let aside = file.with_file_name(".exercise.rs.swp");
    let answer = |n: i32| format!("pub fn zero() -> i32 {{ {n} }}\n");
    let fails = || terminal.wait_for(&["It is not zero", "Watching:"]);
    let passes = || terminal.wait_for(&["01-zero passes.", "Watching:"]);

    // Written aside and renamed into its place.
    fs::write(&aside, answer(3)).unwrap();
    fs::rename(&aside, &file).unwrap();
    fails();
    // The old one is renamed out of the way first, and removed last.
    let backup = file.with_file_name("exercise.rs~");
    fs::rename(&file, &backup).unwrap();
    fs::write(&file, answer(0)).unwrap();
    fs::remove_file(&backup).unwrap();
    passes();
    // In two pieces, with a pause between them.
    fs::write(&file, "pub fn zero() -> i32 {").unwrap();
    thread::sleep(Duration::from_millis(200));
    fs::write(&file, answer(4)).unwrap();
    fails();
    // Several in a burst: the last one counts.
    for n in (0..20).rev() {
        fs::write(&file, answer(n)).unwrap();
        thread::sleep(Duration::from_millis(n as u64));
    }
    passes();
    // As it was, so that only the time of the file tells.
    course.answer("a-loan", LOAN_SOLUTION);
    terminal.wait_for(&["01-a-loan passes.", "Watching:"]);
    fs::write(&file, answer(0)).unwrap();
    passes();
    assert_eq!(course.state("01-zero"), "done");
}

#[test]
fn a_deleted_file_is_named_and_checked_when_it_comes_back() {
    let course = Course::new("live-deleted");
    let terminal = Terminal::open(&course, WATCH);
    terminal.wait_for(&["q quit"]);
    fs::remove_file(file(&course, "zero")).unwrap();
    terminal.wait_for(&["exercise.rs is missing", "cargo course reset 01-zero"]);
    course.run(&["reset", "zero"]).status(0);
    terminal.wait_for(&["It is not zero", "Watching:"]);

    // The whole folder goes, and comes back with another answer.
    let exercises = course.root.join("chapters/01-first/exercises");
    let away = course.root.join("away");
    fs::rename(&exercises, &away).unwrap();
    terminal.wait_for(&["is missing"]);
    fs::write(away.join("zero/exercise.rs"), ZERO_SOLUTION).unwrap();
    fs::rename(&away, &exercises).unwrap();
    terminal.wait_for(&["1 of 2 done", "Watching:"]);
    // And it is still watched.
    course.answer("zero", "pub fn zero() -> i32 { 5 }\n");
    terminal.wait_for(&["It is not zero", "Watching:"]);
}

#[test]
fn a_save_ends_the_check_that_runs_with_all_its_children() {
    let course = Course::new("live-cancel");
    let terminal = Terminal::open(&course, WATCH);
    terminal.wait_for(&["q quit"]);
    let note = course.root.join("pids");
    course.answer("zero", &endless(&note));
    let first = pids(&note);
    terminal.wait_for(&["01-zero: running…"]);
    assert!(first.iter().all(|pid| is_alive(pid)));

    // Another answer to the same exercise.
    fs::remove_file(&note).unwrap();
    course.answer("zero", ZERO_SOLUTION);
    terminal.wait_for(&["01-zero passes."]);
    wait_until("the end of the check", || !first.iter().any(|pid| is_alive(pid)));

    // An answer to another exercise goes first; the one put off is begun again.
    course.answer("zero", &endless(&note));
    let second = pids(&note);
    fs::remove_file(&note).unwrap();
    course.answer("a-loan", LOAN_SOLUTION);
    terminal.wait_for(&["01-a-loan passes."]);
    let third = pids(&note);
    wait_until("the end of the check", || !second.iter().any(|pid| is_alive(pid)));

    // And the end of the tool is the end of the check.
    assert!(third.iter().all(|pid| is_alive(pid)));
    terminal.press("q");
    terminal.end();
    assert!(!third.iter().any(|pid| is_alive(pid)), "{third:?}");
}

#[test]
fn the_terminal_is_as_it_was_however_the_tool_ends() {
    use rustix::process::Signal;
    let course = Course::new("live-modes");
    for signal in [Signal::TERM, Signal::INT, Signal::HUP] {
        let terminal = Terminal::open(&course, WATCH);
        terminal.wait_for(&["q quit"]);
        assert!(!terminal.is_as_it_was());
        terminal.signal(signal);
        wait_until("the terminal's first modes", || terminal.is_as_it_was());
        let (status, all) = terminal.end();
        assert_eq!(status.code(), Some(128 + signal.as_raw()));
        assert!(all.contains("\x1b[?25h"), "the cursor stays hidden");
    }
}

#[test]
fn it_takes_the_terminal_again_after_it_was_stopped() {
    let course = Course::new("live-stop");
    let terminal = Terminal::open(&course, WATCH);
    terminal.wait_for(&["q quit"]);
    // There is no shell here that could let a stopped job go on, so the system drops the signal
    // by which the tool stops itself, and it goes on at once.
    terminal.press("\x1a");
    terminal.press("nn");
    terminal.wait_for(&["Give it back first.", "q quit"]);
    assert!(!terminal.is_as_it_was());
    let modes = "\x1b[?25h";
    assert!(terminal.screen.0.lock().unwrap().all.contains(modes), "it let go of it");
}

#[test]
fn a_cargo_of_the_readers_own_is_waited_for() {
    let course = Course::new("live-lock");
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
    let mut cargo = Command::new(env!("CARGO"))
        .args(["build", "--offline", "--example", "02-second"])
        .current_dir(&course.root)
        .env_remove("CARGO_TARGET_DIR")
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    wait_until("the other Cargo", || held.exists());

    let terminal = Terminal::open(&course, WATCH);
    terminal.wait_for(&["q quit"]);
    course.answer("zero", ZERO_SOLUTION);
    terminal.wait_for(&["01-zero: waiting for another Cargo to finish…"]);
    // A save while it waits.
    course.answer("zero", "pub fn zero() -> i32 { 6 }\n");
    terminal.wait_for(&["01-zero: waiting for another Cargo to finish…"]);
    fs::write(&go, "").unwrap();
    terminal.wait_for(&["It is not zero", "Watching:"]);
    assert!(cargo.wait().unwrap().success());
}

#[test]
fn a_state_that_cannot_be_read_is_found_again() {
    let course = Course::new("live-lost");
    course.answer("zero", ZERO_SOLUTION);
    course.answer("a-loan", &super::LOAN.replace("on_loan.len()", "on_loan.len() + 0"));
    course.run(&["check", "zero"]).status(0);
    course.run(&["hint", "zero"]).status(0);
    course.write(".course/progress.json", "{ \"version\": 1, \"exer");

    let terminal = Terminal::open(&course, WATCH);
    terminal.wait_for(&[
        "cannot be understood",
        ".course/progress-unreadable-1.json",
        "They are checked now",
    ]);
    terminal.wait_for(&["1 of 2 done", "Watching:"]);
    wait_until("the second state", || {
        course.state("01-a-loan") == "does not compile [moved-while-borrowed]"
    });
    assert_eq!(course.state("01-zero"), "done");
}

#[test]
fn progress_that_cannot_be_saved_is_said_beside_the_verdict() {
    let course = Course::new("live-unsaved");
    let terminal = Terminal::open(&course, WATCH);
    terminal.wait_for(&["q quit"]);
    fs::remove_dir_all(course.root.join(".course")).unwrap();
    course.write(".course", "in the way\n");
    course.answer("zero", "pub fn zero() -> i32 { 8 }\n");
    terminal.wait_for(&["01-zero: It is not zero", "Your progress is not remembered"]);
    fs::remove_file(course.root.join(".course")).unwrap();
    course.answer("zero", ZERO_SOLUTION);
    terminal.wait_for(&["01-zero passes.", "1 of 2 done"]);
    assert_eq!(course.state("01-zero"), "done");
}

#[test]
fn what_another_terminal_does_is_seen() {
    let course = Course::new("live-other");
    let terminal = Terminal::open(&course, WATCH);
    terminal.wait_for(&["q quit"]);
    for _ in 0..2 {
        course.run(&["hint", "zero"]).status(0);
    }
    terminal.press("h");
    terminal.wait_for(&["hint 1 of 3: Look", "hint 2 of 3: Think"]);
    course.answer("zero", ZERO_SOLUTION);
    terminal.wait_for(&["01-zero passes."]);
    course.run(&["reset", "zero"]).status(0);
    terminal.wait_for(&["It is not zero", "0 of 2 done"]);
}

#[test]
fn more_than_a_screen_is_cut_and_a_key_shows_all() {
    let course = Course::new("live-small");
    let terminal = Terminal::of_size(&course, WATCH, 18, 80);
    terminal.wait_for(&["q quit"]);
    let errors: String =
        (0..9).map(|n| format!("fn f{n}() -> i32 {{ \"\" }}\n")).collect();
    course.answer("zero", &errors);
    let screen = terminal.wait_for(&["error[E0", "press a for all", "q quit"]);
    assert!(screen.starts_with("error"), "it begins with rustc's first words:\n{screen}");
    assert!(screen.contains("q quit"), "{screen}");
    terminal.press("a");
    terminal.wait_for(&["q quit"]);
    let terminal_all = || terminal.screen.0.lock().unwrap().all.clone();
    wait_until("the last error", || terminal_all().contains("fn f8() -> i32"));
}

#[test]
fn a_build_that_fails_elsewhere_is_shown_and_nothing_is_remembered() {
    let course = Course::new("live-elsewhere");
    let terminal = Terminal::open(&course, WATCH);
    terminal.wait_for(&["q quit"]);
    course.write("chapters/01-first/src/lib.rs", "broken\n");
    course.answer("zero", ZERO_SOLUTION);
    terminal.wait_for(&[
        "expected one of",
        "the build failed before it reached",
        "Watching:",
    ]);
    assert_eq!(course.state("01-zero"), "changed, not checked");
    fs::remove_dir_all(course.root.join("chapters/01-first/src")).unwrap();
    terminal.press("r");
    terminal.wait_for(&["01-zero passes."]);
}

#[test]
fn killed_at_any_moment_it_loses_no_line() {
    let course = Course::new("live-killed");
    let mut answers = Vec::new();
    for n in 0..12 {
        let terminal = Terminal::open(&course, WATCH);
        terminal.wait_for(&["q quit"]);
        let answer = format!("pub fn zero() -> i32 {{ {n} - {n} }}\n");
        course.answer("zero", &answer);
        // Sometimes before, sometimes during, sometimes after the check.
        thread::sleep(Duration::from_millis(40 * n));
        terminal.signal(rustix::process::Signal::KILL);
        let (status, _) = terminal.end();
        assert_eq!(status.signal(), Some(9));
        assert_eq!(course.read("chapters/01-first/exercises/zero/exercise.rs"), answer);
        let listed = course.run(&["list"]).status(0);
        assert!(!listed.stderr.contains("cannot be understood"), "{}", listed.stderr);
        answers.push(answer);
    }
    course.run(&["check", "zero"]).status(0);
    assert_eq!(course.state("01-zero"), "done");
}

/// The tool with its output in a pipe.
struct Piped {
    child: Child,
    lines: Arc<(Mutex<String>, Condvar)>,
}

impl Piped {
    fn open(course: &Course, args: &[&str]) -> Piped {
        let mut child = Command::new(env!("CARGO_BIN_EXE_course"))
            .args(args)
            .current_dir(&course.root)
            .env("CARGO_NET_OFFLINE", "true")
            .env_remove("CARGO_TARGET_DIR")
            .env_remove("CLICOLOR_FORCE")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = Arc::new((Mutex::new(String::new()), Condvar::new()));
        let (stdout, said) = (child.stdout.take().unwrap(), lines.clone());
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                *said.0.lock().unwrap() += &format!("{line}\n");
                said.1.notify_all();
            }
        });
        Piped { child, lines }
    }

    #[track_caller]
    fn wait_for(&self, words: &str) -> String {
        let said = self.lines.0.lock().unwrap();
        let come = |said: &mut String| !said.contains(words);
        let (said, timeout) =
            self.lines.1.wait_timeout_while(said, PATIENCE, come).unwrap();
        assert!(!timeout.timed_out(), "no `{words}` in:\n{said}");
        said.clone()
    }
}

impl Drop for Piped {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn without_a_terminal_it_tells_the_same_in_plain_lines() {
    let course = Course::new("live-plain");
    let mut piped = Piped::open(&course, WATCH);
    let said = piped.wait_for("end       Ctrl-C\n");
    assert!(said.contains("Next: Return zero"), "{said}");
    assert!(said.contains("watching  save an exercise, and it is checked\n"), "{said}");
    course.answer("zero", "pub fn zero() -> i32 { 7 }\n");
    piped.wait_for("01-zero: It is not zero  [not-zero]\n");
    course.answer("zero", ZERO_SOLUTION);
    piped.wait_for("01-zero passes.");
    let said = piped.wait_for("Next: Return a loan");
    assert!(!said.contains('\x1b'), "{said:?}");
    assert!(said.contains("01-zero: checking\n"), "{said}");
    let pid = rustix::process::Pid::from_child(&piped.child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    assert_eq!(piped.child.wait().unwrap().code(), Some(130));
}

#[test]
fn it_ends_when_nobody_reads_it_any_more() {
    let course = Course::new("live-unread");
    let mut child = Command::new(env!("CARGO_BIN_EXE_course"))
        .args(WATCH)
        .current_dir(&course.root)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    assert_eq!(first, "Tokio by Stages\n");
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn an_interrupted_check_leaves_nothing_behind() {
    let course = Course::new("live-interrupt");
    let note = course.root.join("pids");
    course.answer("zero", &endless(&note));
    let mut piped = Piped::open(&course, &["check", "zero"]);
    let pids = pids(&note);
    let pid = rustix::process::Pid::from_child(&piped.child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    assert_eq!(piped.child.wait().unwrap().code(), Some(130));
    wait_until("the end of the check", || !pids.iter().any(|pid| is_alive(pid)));
    assert_ne!(course.read("chapters/01-first/exercises/zero/exercise.rs"), ZERO);
}
