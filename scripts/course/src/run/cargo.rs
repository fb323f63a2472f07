//! Cargo and rustc as programs that are run.

use std::env;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use anyhow::{Context, Result};
use cargo_metadata::{Message, diagnostic::Diagnostic};

/// Cargo, to be run in this folder. The same Cargo that runs us, if one does.
pub fn cargo(dir: &Path) -> Command {
    let mut command =
        Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(dir);
    // Cargo tells a program about its own package; another Cargo must not hear of it.
    for (name, _) in env::vars_os() {
        let told = name.to_string_lossy();
        if told.starts_with("CARGO_PKG_") || told.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    if let Some((name, flags)) = env::var_os(ENCODED_FLAGS)
        .map(|flags| (ENCODED_FLAGS, flags))
        .or_else(|| Some((FLAGS, env::var_os(FLAGS)?)))
        && let Some(flags) = flags.to_str().and_then(|flags| gentle(name, flags))
    {
        command.env(name, flags);
    }
    command
}

/// In these, readers may have flags for rustc. The first has them apart by a character of its own.
const ENCODED_FLAGS: &str = "CARGO_ENCODED_RUSTFLAGS";
const FLAGS: &str = "RUSTFLAGS";

/// The same flags, but such that a warning is a warning: with `-D warnings` an exercise would be
/// refused for a variable that the reader is about to use. Nothing if they are so already.
fn gentle(variable: &str, flags: &str) -> Option<String> {
    let between = if variable == ENCODED_FLAGS { "\x1f" } else { " " };
    let strict = ["-D", "-F", "--deny", "--forbid"];
    let is_strict = |flag: &str| strict.iter().any(|one| flag.starts_with(one));
    flags
        .split(between)
        .any(is_strict)
        .then(|| [flags, "--cap-lints", "warn"].join(between))
}

/// Runs a Cargo that writes JSON, hands on each message, and returns what else it said. A
/// failing exit status is no error here: the messages tell what failed.
pub fn cargo_messages(
    mut command: Command,
    mut each: impl FnMut(Message),
) -> Result<String> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("cannot run cargo")?;
    let mut stderr = child.stderr.take().expect("it is piped");
    let said = thread::spawn(move || {
        let mut said = String::new();
        stderr.read_to_string(&mut said).map(|_| said)
    });
    let stdout = BufReader::new(child.stdout.take().expect("it is piped"));
    for line in stdout.lines() {
        if let Ok(message) = serde_json::from_str(&line?) {
            each(message);
        }
    }
    child.wait()?;
    Ok(said.join().expect("reading does not panic")?)
}

/// The whole words of a diagnostic, as rustc prints them to a person.
pub fn rendered(diagnostic: &Diagnostic) -> &str {
    diagnostic.rendered.as_deref().unwrap_or(&diagnostic.message)
}

/// `rustc 1.95.0 (59807616e 2026-04-14)`, and a newline.
pub fn rustc_version() -> Result<String> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("--version").output();
    let output = output.context("cannot run rustc --version")?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_that_make_errors_of_warnings_are_capped() {
        let gentle_flags = "-C opt-level=1 -D warnings --cap-lints warn";
        let flags = gentle(FLAGS, "-C opt-level=1 -D warnings");
        assert_eq!(flags.as_deref(), Some(gentle_flags));
        let flags = gentle(ENCODED_FLAGS, "--deny=warnings\x1f-g");
        assert_eq!(
            flags.as_deref(),
            Some("--deny=warnings\x1f-g\x1f--cap-lints\x1fwarn")
        );
        assert_eq!(gentle(FLAGS, "-C target-cpu=native"), None);
    }
}
