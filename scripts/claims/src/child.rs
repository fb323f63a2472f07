//! The same program once more, as a process of its own: what it takes is counted apart.

use std::env;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{self, ChildStdout, Command, Stdio};
use std::thread;

use anyhow::{Context, Result, bail};

const ROLE: &str = "child";

/// A process of this program that plays a role.
///
/// It is killed when this is dropped, and ends by itself should its parent be killed.
#[derive(Debug)]
pub struct Child {
    process: process::Child,
    says: BufReader<ChildStdout>,
}

impl Child {
    /// The role of this process and what goes with it, if it was started to play one.
    pub fn role() -> Option<Vec<String>> {
        let mut args = env::args().skip(1);
        if args.next()? != ROLE {
            return None;
        }
        // Not before the role is over: that is when the parent closes the pipe.
        thread::spawn(|| {
            let _ = io::stdin().read_to_end(&mut Vec::new());
            process::exit(0);
        });
        Some(args.collect())
    }

    /// Starts a process for a role.
    ///
    /// # Errors
    ///
    /// If the system cannot start it.
    pub fn start(role: &[&str]) -> Result<Child> {
        let mut process = Command::new(env::current_exe()?)
            .arg(ROLE)
            .args(role)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start this program once more")?;
        let says = BufReader::new(process.stdout.take().expect("piped above"));
        Ok(Child { process, says })
    }

    /// Says a line to the parent.
    ///
    /// # Errors
    ///
    /// If the parent is gone.
    pub fn say(line: &str) -> Result<()> {
        let mut stdout = io::stdout();
        writeln!(stdout, "{line}")?;
        Ok(stdout.flush()?)
    }

    /// The next line that the child says.
    ///
    /// # Errors
    ///
    /// If it ends instead.
    pub fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        if self.says.read_line(&mut line)? == 0 {
            bail!("the measured process ended: {}", self.process.wait()?);
        }
        Ok(line.trim_end().into())
    }

    /// The numbers on the next line that the child says.
    ///
    /// # Errors
    ///
    /// If it ends instead, or says something else.
    pub fn numbers<const COUNT: usize>(&mut self) -> Result<[f64; COUNT]> {
        let line = self.line()?;
        let numbers: Vec<f64> =
            line.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
        numbers.try_into().ok().with_context(|| format!("{COUNT} numbers, not: {line}"))
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.process.id()
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
