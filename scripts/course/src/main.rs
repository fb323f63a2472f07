//! `cargo course`

use std::env;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};
use clap_complete::Shell;
use course::keep::{measure, new, record, verify};
use course::learn::{
    check, completions, doctor, export, hint, list, reset, solution, timeline,
};
use course::live;
use course::repo::names;
use course::repo::progress::Progress;
use course::repo::workspace::{Course, Exercise};
use course::text::{self, RED};

/// The tool that takes you through Tokio by Stages
///
/// Without a command it says where you are, checks each exercise when you save it, and serves
/// the book, until Ctrl-C.
#[derive(Parser)]
#[command(name = "cargo course", bin_name = "cargo course", version)]
#[command(args_conflicts_with_subcommands = true)]
struct Cli {
    /// Do not check exercises when they are saved
    #[arg(long)]
    no_watch: bool,
    /// Do not serve the book
    #[arg(long, conflicts_with_all = ["open", "port"])]
    no_book: bool,
    #[command(flatten)]
    book: live::BookParts,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Check each exercise when it is saved, in the terminal alone
    Watch,
    /// Serve the book, and check each exercise when it is saved, in the browser alone
    Book(live::BookParts),
    /// Show every exercise and its state
    List,
    /// Check an exercise, by default the one that you saved last, or a whole chapter
    Check {
        /// The exercise: its name, as much of it as is unambiguous, or a path; or the number of
        /// a chapter
        name: Vec<String>,
    },
    /// Show one more hint each time
    Hint {
        /// The exercise, by default the one that you saved last, or else the next
        name: Vec<String>,
        /// Show only those that were asked for
        #[arg(long)]
        again: bool,
    },
    /// Show our answer beside yours, once yours passes
    Solution {
        /// The exercise
        #[arg(required = true)]
        name: Vec<String>,
        /// Show it before yours passes
        #[arg(long)]
        reveal: bool,
        /// In two columns, yours on the left
        #[arg(long)]
        side_by_side: bool,
    },
    /// Begin an exercise again; your file is kept as a copy
    Reset {
        /// The exercise
        #[arg(required = true)]
        name: Vec<String>,
    },
    /// Run a stage, and draw what its tasks did
    Timeline(timeline::Args),
    /// Print your progress as JSON, for an instructor
    #[command(after_help = export::FORMAT)]
    Export,
    /// Print what a shell needs to complete these commands
    #[command(after_help = completions::HELP)]
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Look whether this machine has what the course needs, and say what to do
    Doctor,
    /// For maintainers: begin an exercise, with its folders and its lines in the manifests
    New(new::Args),
    /// For maintainers: prove that every check tells right answers from wrong ones
    Verify(verify::Args),
    /// For maintainers: make the recordings that the book includes
    Record(record::Args),
    /// Measure the figures that the book quotes, on this machine
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
    let Some(command) = cli.command else {
        let Cli { no_watch, no_book, book, .. } = cli;
        let book = (!no_book).then_some(book);
        let parts = live::Parts { watch: !no_watch, terminal: true, book };
        return live::run(&course, parts);
    };
    match command {
        Command::Watch => {
            live::run(&course, live::Parts { watch: true, terminal: true, book: None })
        }
        Command::Book(book) => {
            let book = Some(book);
            live::run(&course, live::Parts { watch: true, terminal: false, book })
        }
        Command::List => list::run(&course),
        Command::Check { name } => match names::chapter(&course, &name.join(" ")) {
            Some(chapter) => check::chapter(&course, chapter),
            None => check::run(&course, optional(&course, &name)?),
        },
        Command::Hint { name, again } => {
            hint::run(&course, optional(&course, &name)?, again)
        }
        Command::Solution { name, reveal, side_by_side } => {
            solution::run(&course, named(&course, &name)?, reveal, side_by_side)
        }
        Command::Reset { name } => reset::run(&course, named(&course, &name)?),
        Command::Timeline(args) => timeline::run(&course, args),
        Command::Export => export::run(&course),
        Command::Completions { shell } => {
            Ok(completions::run(&course, Cli::command(), shell))
        }
        Command::Doctor => doctor::run(&course),
        Command::New(args) => new::run(&course, args),
        Command::Verify(args) => verify::run(&course, args),
        Command::Record(args) => record::run(&course, args),
        Command::Measure(args) => measure::run(&course, args),
    }
}

/// The exercise that these words name: `2 count` is as good as `02-count-the-tasks`, and so is
/// `count` to whoever is in chapter 2.
fn named<'a>(course: &'a Course, words: &[String]) -> anyhow::Result<&'a Exercise> {
    let here = env::current_dir()?;
    let chapter = match names::chapter_around(course, &here) {
        Some(chapter) => Some(chapter),
        None => Progress::open(course)?.chapter(course),
    };
    let at = chapter.map(|chapter| chapter.number);
    names::resolve(course, &words.join(" "), &here, at)
}

fn optional<'a>(
    course: &'a Course,
    words: &[String],
) -> anyhow::Result<Option<&'a Exercise>> {
    if words.is_empty() { Ok(None) } else { named(course, words).map(Some) }
}
