//! How long a reader waits for a verdict: from a save to the verdict at the page, against a bare
//! `cargo test`.
//!
//! ```console
//! $ cargo run --example save-to-verdict-measured
//! ```
//!
//! One line of an exercise of chapter 03 changes, in two copies of the repository that are alike. In
//! one the course runs as it does for a reader (watching, with the server, this profile), and what
//! counts is when the new verdict arrives at a client of the page's event stream. In the other,
//! `cargo test --test NAME` is run by hand. The two take turns. For the time that the linker takes,
//! a third turn builds with this program in the linker's place, which hands everything on.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use course::live::book::Book;
use course::live::server::{self, Server};
use course::live::{Live, Options};
use course::repo::sources::text_files;
use course::repo::workspace::Course;
use serde_json::Value;

const ROUNDS: usize = 21;
const NAME: &str = "03-visit-counter";
const PACKAGE: &str = "shared-state";
const EXERCISE: &str = "chapters/03-shared-state/exercises/visit-counter/exercise.rs";
const ANSWER: &str = "solutions/03-shared-state/visit-counter/solution.rs";
/// The line that changes, and what it becomes.
const LINE: &str = "    journal(number).await;\n";

/// In the environment of this program when it stands in the linker's place: where to write how
/// long that took.
const LINKED: &str = "COURSE_LINKED";

fn main() -> Result<ExitCode> {
    if let Some(log) = env::var_os(LINKED) {
        return link(Path::new(&log));
    }
    let course = Course::open()?;
    let target = course.target_dir.clone();
    // The copies take what was built of other crates. A process cannot safely change its own
    // environment.
    if env::var_os("CARGO_TARGET_DIR").is_none() {
        let this = env::current_exe()?;
        let status = Command::new(this).env("CARGO_TARGET_DIR", &target).status()?;
        return Ok(ExitCode::from(u8::from(!status.success())));
    }
    let (live, bare) = (copy(&course, "live", 255)?, copy(&course, "bare", 254)?);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let watched = Arc::new(Course::at(&live)?);
    let (server, handle, port) = runtime.block_on(async {
        let listener = server::listen(Some(0)).await?;
        let port = listener.local_addr()?.port();
        let handle = Live::start(watched.clone(), Options { watch: true }).await?;
        let book = Book::start(watched.clone());
        let server = Server::start(handle.clone(), book, None, listener)?;
        anyhow::Ok((server, handle, port))
    })?;
    let mut page = Page::open(port, &server.address().key)?;

    let mut times = Times::default();
    // The first round builds what all others have.
    for round in 0..=ROUNDS {
        let [a, b, c] = [3 * round, 3 * round + 1, 3 * round + 2];
        let one = page.save(&live, a)?;
        let other = cargo_test(&bare, b)?;
        let linked = linking(&bare, &target, c)?;
        if round > 0 {
            times.verdict.push(one.whole);
            times.building.push(one.building);
            times.running.push(one.running);
            times.rest.push(one.whole.saturating_sub(one.building + one.running));
            times.linking.push(linked);
            times.bare.push(other);
        }
    }
    runtime.block_on(handle.shutdown());
    print!("{}", times.told());
    Ok(ExitCode::SUCCESS)
}

/// A copy of the repository, in which the exercise is answered.
///
/// To Cargo, packages at the same place of two workspaces are the same: in one target folder, one
/// would be taken for the other. A setting that is another for each copy, and changes nothing that
/// matters (of 256 units at most), keeps them apart.
fn copy(course: &Course, name: &str, units: u32) -> Result<PathBuf> {
    let root = course.target_dir.join("course/measured").join(name);
    let mut files = text_files(&course.root)?;
    files.push(course.root.join("Cargo.lock"));
    for path in files {
        let inside = path.strip_prefix(&course.root)?;
        let (to, mut content) = (root.join(inside), fs::read(&path)?);
        if inside == Path::new("Cargo.toml") {
            for package in [PACKAGE, "probe"] {
                let apart = format!(
                    "\n[profile.dev.package.{package}]\ncodegen-units = {units}\n"
                );
                content.extend(apart.into_bytes());
            }
        }
        if fs::read(&to).ok().as_ref() != Some(&content) {
            fs::create_dir_all(to.parent().context("a file is in a folder")?)?;
            fs::write(&to, content)?;
        }
    }
    let _ = fs::remove_dir_all(root.join(".course"));
    Ok(root)
}

/// The answer with another number in one line.
fn edit(root: &Path, number: usize) -> Result<()> {
    let answer = fs::read_to_string(root.join(ANSWER))?;
    ensure!(answer.contains(LINE), "{ANSWER} has changed");
    // Its length stays the same, and what it does.
    let line = format!("    journal(number + {number:03} - {number:03}).await;\n");
    Ok(fs::write(root.join(EXERCISE), answer.replacen(LINE, &line, 1))?)
}

/// A page that listens, as the browser does.
struct Page {
    lines: std::io::Lines<BufReader<TcpStream>>,
    /// The number of the last verdict's check.
    run: u64,
}

/// How long one save took.
struct Save {
    whole: Duration,
    building: Duration,
    running: Duration,
}

impl Page {
    fn open(port: u16, key: &str) -> Result<Page> {
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        write!(
            stream,
            "GET /live/events HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\
             Cookie: course-{port}={key}\r\n\r\n"
        )?;
        let mut page = Page { lines: BufReader::new(stream).lines(), run: 0 };
        page.snapshot()?;
        Ok(page)
    }

    fn snapshot(&mut self) -> Result<Value> {
        loop {
            let line = self.lines.next().context("the stream has ended")??;
            if let Some(data) = line.strip_prefix("data: {\"revision\"") {
                return Ok(serde_json::from_str(&format!("{{\"revision\"{data}"))?);
            }
        }
    }

    /// Saves, and waits for the verdict.
    fn save(&mut self, root: &Path, number: usize) -> Result<Save> {
        let began = Instant::now();
        edit(root, number)?;
        loop {
            let snapshot = self.snapshot()?;
            let chapters = snapshot["chapters"].as_array().context("chapters")?;
            let exercises = chapters.iter().flat_map(|one| one["exercises"].as_array());
            let view =
                exercises.flatten().find(|one| one["name"] == NAME).context(NAME)?;
            let verdict = &view["verdict"];
            let run = verdict["run"].as_u64().unwrap_or(0);
            if run == self.run || view["verdict_is_fresh"] != true {
                continue;
            }
            let whole = began.elapsed();
            self.run = run;
            ensure!(verdict["passed"] == true, "{}", verdict["text"]);
            let milliseconds =
                |name: &str| Duration::from_millis(verdict[name].as_u64().unwrap_or(0));
            return Ok(Save {
                whole,
                building: milliseconds("build_ms"),
                running: milliseconds("run_ms"),
            });
        }
    }
}

fn cargo(root: &Path, args: &[&str]) -> Command {
    let mut command =
        Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(args).current_dir(root);
    for (name, _) in env::vars_os() {
        let told = name.to_string_lossy();
        if told.starts_with("CARGO_PKG_") || told.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

fn cargo_test(root: &Path, number: usize) -> Result<Duration> {
    let began = Instant::now();
    edit(root, number)?;
    let status = cargo(root, &["test", "--test", NAME]).status()?;
    let took = began.elapsed();
    ensure!(status.success(), "cargo test --test {NAME}: {status}");
    Ok(took)
}

/// How much of a build is the linker's.
fn linking(root: &Path, target: &Path, number: usize) -> Result<Duration> {
    edit(root, number)?;
    let log = target.join("course/measured/linked");
    let _ = fs::remove_file(&log);
    let this = env::current_exe()?;
    let linker = format!("linker={}", this.display());
    let args = ["rustc", "--package", PACKAGE, "--test", NAME, "--", "-C", &linker];
    let status = cargo(root, &args).env(LINKED, &log).status()?;
    ensure!(status.success(), "cargo rustc --test {NAME}: {status}");
    let nanoseconds = fs::read_to_string(&log).context("nothing was linked")?;
    Ok(Duration::from_nanos(nanoseconds.trim().parse()?))
}

/// In the linker's place: `cc`, and how long it takes.
fn link(log: &Path) -> Result<ExitCode> {
    let began = Instant::now();
    let status = Command::new("cc").args(env::args_os().skip(1)).status()?;
    fs::write(log, began.elapsed().as_nanos().to_string())?;
    Ok(ExitCode::from(status.code().map_or(1, |code| code as u8)))
}

#[derive(Default)]
struct Times {
    verdict: Vec<Duration>,
    rest: Vec<Duration>,
    building: Vec<Duration>,
    linking: Vec<Duration>,
    running: Vec<Duration>,
    bare: Vec<Duration>,
}

impl Times {
    fn told(&mut self) -> String {
        let median = |times: &[Duration]| times[times.len() / 2].as_secs_f64() * 1000.0;
        let row = |what: &str, times: &mut Vec<Duration>| {
            times.sort();
            let (least, most) =
                (times[0].as_millis(), times[times.len() - 1].as_millis());
            format!("{what:<44}{:>5.0} ({least}-{most})\n", median(times))
        };
        let mut told = format!(
            "milliseconds after one line of {NAME} changed,\n\
             median (least-most) of {ROUNDS} rounds\n\n"
        );
        told += &row("cargo course: from the save to the page", &mut self.verdict);
        told += &row("  Cargo and rustc", &mut self.building);
        told += &row("    of which the linker, measured apart", &mut self.linking);
        told += &row("  the check itself", &mut self.running);
        told += &row("  all else: the save noticed, the page told", &mut self.rest);
        told += &row(&format!("cargo test --test {NAME}"), &mut self.bare);
        let ratio = median(&self.verdict) / median(&self.bare);
        told + &format!("\nthe first takes {ratio:.2} times as long as the last\n")
    }
}
