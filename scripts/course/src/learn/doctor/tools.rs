//! The tools that the course needs, or can use.

use std::env;
use std::fs;
use std::process::{Command, Stdio};

use crate::learn::doctor::finding::Finding;
use crate::learn::editor::{Editor, setting};
use crate::repo::workspace::Course;
use crate::run::cargo::cargo;

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

pub(super) fn toolchain(course: &Course) -> Vec<Finding> {
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

pub(super) fn editor(_: &Course) -> Vec<Finding> {
    let add = "rustup component add rust-analyzer, or the extension rust-analyzer of VS Code: it \
               shows what the compiler says while you type";
    let analyzer = match version_of("rust-analyzer") {
        Some(said) => Finding::good("rust-analyzer", said),
        None => match vs_code_extension() {
            Some(path) => Finding::good("rust-analyzer", path),
            None => Finding::without("rust-analyzer", "not found", add),
        },
    };
    let set = "set VISUAL, as in `export VISUAL=zed`: then the key e, and `Open` in the book, open \
               an exercise there";
    let program = Editor::of_the_reader().map(|editor| editor.program());
    let editor = match (setting(), program) {
        (Some((name, command)), Some(Some(_))) => {
            Finding::good("editor", format!("${name} is `{command}`"))
        }
        (Some((name, command)), _) => Finding::without(
            "editor",
            format!("${name} is `{command}`, which is not found"),
            set,
        ),
        (None, _) if which::which("code").is_ok() => {
            Finding::good("editor", "VS Code; $VISUAL is not set")
        }
        (None, _) => Finding::without("editor", "$VISUAL is not set", set),
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

pub(super) fn offline(course: &Course) -> Vec<Finding> {
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

pub(super) fn redis(_: &Course) -> Vec<Finding> {
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
