//! `cargo course doctor`: whether this machine has what the course needs or can use, and what to
//! do where it does not.

use std::env;
use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use anyhow::Result;

use crate::repo::progress::{Progress, State};
use crate::repo::workspace::Course;
use crate::run::cargo::cargo;
use crate::run::port::{NEAR, PORT};
use crate::text::{self, BOLD, DIM, GREEN, MAGENTA, RED, paint};

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Finding {
    what: &'static str,
    level: Level,
    found: String,
    /// What to do about it.
    mend: Option<String>,
}

/// How good it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    /// As it should be.
    Good,
    /// The course works without, but less well.
    Without,
    /// Something does not work until it is mended.
    Broken,
}

impl Finding {
    fn good(what: &'static str, found: impl Into<String>) -> Finding {
        Finding { what, level: Level::Good, found: found.into(), mend: None }
    }

    fn without(
        what: &'static str,
        found: impl Into<String>,
        mend: impl Into<String>,
    ) -> Finding {
        Finding {
            what,
            level: Level::Without,
            found: found.into(),
            mend: Some(mend.into()),
        }
    }

    fn broken(
        what: &'static str,
        found: impl Into<String>,
        mend: impl Into<String>,
    ) -> Finding {
        Finding {
            what,
            level: Level::Broken,
            found: found.into(),
            mend: Some(mend.into()),
        }
    }

    fn told(&self) -> String {
        let mark = match self.level {
            Level::Good => paint(GREEN, "ok  "),
            Level::Without => paint(MAGENTA, "note"),
            Level::Broken => paint(RED, "fix "),
        };
        let mut said = text::wrapped(
            &format!("{mark}  {BOLD}{:<14}{BOLD:#}  ", self.what),
            &self.found,
        );
        if let Some(mend) = &self.mend {
            said += &text::wrapped(&format!("{:22}{DIM}→{DIM:#} ", ""), mend);
        }
        said
    }
}

/// Runs `cargo course doctor`. Fails if something is broken, not if something is missed.
pub fn run(course: &Course) -> Result<ExitCode> {
    // Each is said as soon as it is known: one of them may take a while.
    let looks: [fn(&Course) -> Vec<Finding>; 8] =
        [toolchain, editor, exercises, progress, watching, port, offline, redis];
    let mut broken = 0;
    for look in looks {
        for finding in look(course) {
            broken += usize::from(finding.level == Level::Broken);
            text::say(&finding.told());
        }
    }
    text::say(&match broken {
        0 => "\nThe course has all that it needs.\n".to_string(),
        n => format!("\n{} to mend.\n", text::count(n, "thing")),
    });
    Ok(if broken == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The first line that a command prints, if it ends well.
fn first_line(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    let said = String::from_utf8_lossy(&output.stdout);
    output
        .status
        .success()
        .then(|| said.lines().next().unwrap_or_default().trim().to_string())
}

fn version_of(program: &str) -> Option<String> {
    first_line(Command::new(program).arg("--version"))
}

/// Where a program is that this name would start, without starting it.
fn on_the_path(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let names = [program.to_string(), format!("{program}{}", env::consts::EXE_SUFFIX)];
    env::split_paths(&path)
        .flat_map(|folder| names.clone().map(|name| folder.join(name)))
        .find(|path| path.is_file())
}

fn toolchain(course: &Course) -> Vec<Finding> {
    const NEEDED: &str = env!("CARGO_PKG_RUST_VERSION");
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let said = first_line(Command::new(rustc).arg("--version").current_dir(&course.root));
    let update = "rustup update stable";
    let mut found = vec![match said {
        None => Finding::broken(
            "Rust",
            "rustc cannot be run",
            "install it: https://rustup.rs",
        ),
        Some(said) if is_older(&said, NEEDED) => Finding::broken(
            "Rust",
            format!("{said}, and the course needs {NEEDED} or newer"),
            update,
        ),
        Some(said) => {
            Finding::good("Rust", format!("{said}; {NEEDED} or newer is needed"))
        }
    }];
    for (what, command) in [("rustfmt", "fmt"), ("Clippy", "clippy")] {
        let said = first_line(cargo(&course.root).args([command, "--version"]));
        found.push(match said {
            Some(said) => Finding::good(what, said),
            None => {
                let component = what.to_lowercase();
                Finding::without(
                    what,
                    "not installed; no check needs it",
                    format!("rustup component add {component}"),
                )
            }
        });
    }
    found
}

/// Whether `rustc 1.87.0 (…)` is older than `1.88`.
fn is_older(said: &str, needed: &str) -> bool {
    let numbers = |version: &str| -> Vec<u32> {
        let plain = version.split(['-', '+']).next().unwrap_or_default();
        plain.split('.').map_while(|part| part.parse().ok()).collect()
    };
    let found = said.split_whitespace().nth(1).map(numbers).unwrap_or_default();
    // What cannot be read is not held against anybody.
    !found.is_empty() && found < numbers(needed)
}

fn editor(_: &Course) -> Vec<Finding> {
    let add = "rustup component add rust-analyzer, or the extension rust-analyzer of VS Code: it \
               shows what the compiler says while you type";
    let analyzer = match version_of("rust-analyzer") {
        Some(said) => Finding::good("rust-analyzer", said),
        None => match vs_code_extension() {
            Some(path) => Finding::good("rust-analyzer", path),
            None => Finding::without("rust-analyzer", "not found", add),
        },
    };
    let named = ["VISUAL", "EDITOR"].iter().find_map(|name| {
        let command = env::var(name).ok().filter(|command| !command.trim().is_empty())?;
        Some((name, command))
    });
    let code = on_the_path("code").map(|_| "VS Code");
    let set = "set VISUAL, as in `export VISUAL=zed`: then `Open` in the book opens an exercise \
               there";
    let editor = match (named, code) {
        (Some((name, command)), _) => {
            let program =
                shlex::split(&command).and_then(|words| words.into_iter().next());
            match program
                .filter(|one| on_the_path(one).is_some() || Path::new(one).is_file())
            {
                Some(_) => Finding::good("editor", format!("${name} is `{command}`")),
                None => Finding::without(
                    "editor",
                    format!("${name} is `{command}`, which is not found"),
                    set,
                ),
            }
        }
        (None, Some(code)) => {
            Finding::good("editor", format!("{code}; $VISUAL is not set"))
        }
        (None, None) => Finding::without("editor", "$VISUAL is not set", set),
    };
    vec![analyzer, editor]
}

fn vs_code_extension() -> Option<String> {
    let folders = [".vscode", ".vscode-oss", ".vscode-server", ".cursor"];
    let home = env::home_dir()?;
    let found = folders.iter().find_map(|folder| {
        let entries = fs::read_dir(home.join(folder).join("extensions")).ok()?;
        entries
            .flatten()
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .find(|name| name.starts_with("rust-lang.rust-analyzer-"))
    })?;
    Some(format!("the extension {found}"))
}

fn exercises(course: &Course) -> Vec<Finding> {
    let missing: Vec<&str> = course
        .exercises()
        .filter(|(_, one)| !one.file.is_file())
        .map(|(_, one)| one.name.as_str())
        .collect();
    let total = course.exercises().count();
    vec![match missing.as_slice() {
        [] => Finding::good("exercises", format!("all {total} are there")),
        [one, ..] => Finding::broken(
            "exercises",
            format!("exercise.rs is missing from {}", missing.join(", ")),
            format!("cargo course reset {one}"),
        ),
    }]
}

fn progress(course: &Course) -> Vec<Finding> {
    let dir = course.state_dir();
    let writable = fs::create_dir_all(&dir)
        .and_then(|()| tempfile::NamedTempFile::new_in(&dir).map(drop));
    vec![match (writable, Progress::open(course)) {
        (Err(error), _) => Finding::broken(
            "progress",
            format!("{} cannot be written: {error}", dir.display()),
            "make the folder yours: without it nothing is remembered",
        ),
        (_, Err(error)) => {
            Finding::broken("progress", format!("{error:#}"), "make the file readable")
        }
        (Ok(()), Ok(progress)) => {
            let states = course.exercises().map(|(_, one)| progress.state(one));
            let (mut done, mut unchecked) = (0, 0);
            for state in states {
                done += usize::from(state.is_done());
                unchecked += usize::from(state == State::Changed);
            }
            let mut found = format!("{done} done, in .course/progress.json");
            if unchecked > 0 {
                found += &format!("; {} changed and not checked", unchecked);
            }
            Finding::good("progress", found)
        }
    }]
}

/// Whether the system tells us of saves.
fn watching(course: &Course) -> Vec<Finding> {
    use notify::Watcher as _;
    let watched = notify::recommended_watcher(|_| {}).and_then(|mut watcher| {
        for (_, exercise) in course.exercises().filter(|(_, one)| one.dir.is_dir()) {
            watcher.watch(&exercise.dir, notify::RecursiveMode::NonRecursive)?;
        }
        Ok(())
    });
    vec![match watched {
        Ok(()) => Finding::good("watching", "the system tells of saves"),
        Err(error) => Finding::broken(
            "watching",
            format!("the system does not tell of saves: {error}"),
            "on Linux, raise fs.inotify.max_user_watches and fs.inotify.max_user_instances with \
             sysctl; until then `cargo course check` checks by hand",
        ),
    }]
}

fn port(_: &Course) -> Vec<Finding> {
    let free = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok();
    vec![if free(PORT) {
        Finding::good("port", format!("127.0.0.1:{PORT} is free for the book"))
    } else if (PORT + 1..PORT + NEAR).any(free) {
        Finding::good(
            "port",
            format!(
                "127.0.0.1:{PORT} is taken, perhaps by a `cargo course` that runs; the next free \
                 one is used"
            ),
        )
    } else if free(0) {
        Finding::without(
            "port",
            format!(
                "none of 127.0.0.1:{PORT} and the next is free: the system chooses another"
            ),
            "cargo course --port 8080, say, to choose it yourself",
        )
    } else {
        Finding::broken(
            "port",
            "this system lets us listen on no port of 127.0.0.1",
            "look whether a sandbox or a firewall forbids it",
        )
    }]
}

fn offline(course: &Course) -> Vec<Finding> {
    let target = host_target();
    let mut fetch = cargo(&course.root);
    fetch.args(["fetch", "--offline", "--locked", "--quiet"]);
    if let Some(target) = &target {
        fetch.args(["--target", target]);
    }
    vec![match first_line(&mut fetch) {
        Some(_) => Finding::good("offline", "all crates are here; no network is needed"),
        None => Finding::without(
            "offline",
            "some crates are not downloaded yet",
            "cargo fetch --locked, while there is a network",
        ),
    }]
}

/// `x86_64-unknown-linux-gnu`: crates for other systems need not be here.
fn host_target() -> Option<String> {
    let output = Command::new("rustc").arg("-vV").output().ok()?;
    let said = String::from_utf8(output.stdout).ok()?;
    said.lines().find_map(|line| line.strip_prefix("host: ")).map(str::to_string)
}

fn redis(_: &Course) -> Vec<Finding> {
    vec![match version_of("redis-cli") {
        Some(said) => Finding::good("redis-cli", said),
        None => Finding::without(
            "redis-cli",
            "not found; nothing needs it",
            "with it you can talk to every stage that can `serve`: it is in the package \
             redis-tools of Debian and Ubuntu, redis of Homebrew and Fedora",
        ),
    }]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_their_numbers() {
        assert!(is_older("rustc 1.87.0 (abc 2025-05-09)", "1.88"));
        assert!(is_older("rustc 1.9.0", "1.88"));
        assert!(!is_older("rustc 1.88.0-nightly (abc)", "1.88"));
        assert!(!is_older("rustc 1.100.0", "1.88"));
        assert!(!is_older("something else", "1.88"));
    }
}
