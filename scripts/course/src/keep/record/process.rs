//! A program that is run, and what it prints.

use std::io::{self, Read};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// How long a program may run before it counts as one that does not end.
const WATCHDOG: Duration = Duration::from_secs(30);

/// How much a program may print.
const OUTPUT_LIMIT: u64 = 1 << 20;

/// What a program printed, and how it ended.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) output: String,
    pub(super) status: ExitStatus,
}

/// Runs a program with one pipe for all that it prints, so that the order is its own, and
/// ends it when it takes too long or prints too much.
pub(super) fn run_program(command: &mut Command, dir: &Path) -> Result<Run, String> {
    let words = |error: io::Error| format!("it cannot be run: {error}");
    let (reader, writer) = io::pipe().map_err(words)?;
    command
        .current_dir(dir)
        .env("RUST_BACKTRACE", "0")
        .env("NO_COLOR", "1")
        .env_remove("RUST_LOG")
        .env_remove("CLICOLOR_FORCE")
        .stdin(Stdio::null())
        .stdout(writer.try_clone().map_err(words)?)
        .stderr(writer);
    let mut child = command.spawn().map_err(words)?;
    // The ends of the pipe that the command holds would keep it open.
    command.stdout(Stdio::null()).stderr(Stdio::null());

    let (send, output) = mpsc::channel();
    thread::spawn(move || {
        let mut output = Vec::new();
        let _ = reader.take(OUTPUT_LIMIT + 1).read_to_end(&mut output);
        let _ = send.send(output);
    });
    let started = Instant::now();
    let status = loop {
        match child.try_wait().map_err(words)? {
            Some(status) => break status,
            None if started.elapsed() > WATCHDOG => {
                let _ = child.kill();
                let _ = child.wait();
                let seconds = WATCHDOG.as_secs();
                return Err(format!("it had not ended after {seconds} seconds"));
            }
            None => thread::sleep(Duration::from_millis(2)),
        }
    };
    let output = output
        .recv_timeout(Duration::from_secs(5))
        .map_err(|_| "something it started still holds its output".to_string())?;
    if output.len() as u64 > OUTPUT_LIMIT {
        return Err(format!("it printed more than {OUTPUT_LIMIT} bytes"));
    }
    Ok(Run { output: String::from_utf8_lossy(&output).into_owned(), status })
}
