//! `cargo course`

use std::env;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use course::text::{self, RED};
use course::workspace::{Course, Exercise};
use course::{
    check, hint, list, measure, names, overview, record, reset, solution, verify,
};

/// The tool that takes you through Tokio by Stages. Without a command it says where you are.
#[derive(Parser)]
#[command(name = "cargo course", bin_name = "cargo course")]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Show every exercise and its state
    List,
    /// Check an exercise, by default the next one that is not done
    Check {
        /// The exercise: its name, as much of it as is unambiguous, or a path
        name: Vec<String>,
    },
    /// Show one more hint each time
    Hint {
        /// The exercise, by default the next one that is not done
        name: Vec<String>,
    },
    /// Show our answer beside yours, once yours passes
    Solution {
        /// The exercise
        #[arg(required = true)]
        name: Vec<String>,
        /// Show it before yours passes
        #[arg(long)]
        reveal: bool,
    },
    /// Begin an exercise again; your file is kept as a copy
    Reset {
        /// The exercise
        #[arg(required = true)]
        name: Vec<String>,
    },
    /// For maintainers: prove that every check tells right answers from wrong ones
    Verify(verify::Args),
    /// For maintainers: make the recordings that the book includes
    Record(record::Args),
    /// For maintainers: measure the figures that the book quotes, on this machine
    Measure(measure::Args),
}

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            text::warn(&format!("{RED}error:{RED:#} {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let course = Course::open()?;
    let Some(command) = cli.command else { return overview::run(&course) };
    match command {
        Command::List => list::run(&course),
        Command::Check { name } => check::run(&course, optional(&course, &name)?),
        Command::Hint { name } => hint::run(&course, optional(&course, &name)?),
        Command::Solution { name, reveal } => {
            solution::run(&course, named(&course, &name)?, reveal)
        }
        Command::Reset { name } => reset::run(&course, named(&course, &name)?),
        Command::Verify(args) => verify::run(&course, args),
        Command::Record(args) => record::run(&course, args),
        Command::Measure(args) => measure::run(&course, args),
    }
}

/// The exercise that these words name: `2 count` is as good as `02-count-the-tasks`.
fn named<'a>(course: &'a Course, words: &[String]) -> anyhow::Result<&'a Exercise> {
    names::resolve(course, &words.join(" "), &env::current_dir()?)
}

fn optional<'a>(
    course: &'a Course,
    words: &[String],
) -> anyhow::Result<Option<&'a Exercise>> {
    if words.is_empty() { Ok(None) } else { named(course, words).map(Some) }
}
