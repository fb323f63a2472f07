//! `cargo course completions`: what a shell needs to complete the commands of the course.
//!
//! To a shell, the command that is typed is `cargo`, whose completions are Cargo's own. So the
//! script begins with a function `course`, which runs `cargo course`, and completes that.

use std::process::ExitCode;

use clap::Command;
use clap::builder::PossibleValuesParser;
use clap_complete::{Shell, generate};

use crate::repo::workspace::Course;
use crate::text;

/// The name of the function.
const NAME: &str = "course";

/// What `cargo course completions --help` says of it.
pub const HELP: &str = "\
It prints a function `course`, which does what `cargo course` does, and what completes its
commands; for Bash and zsh, the names of exercises, too. For Bash, in ~/.bashrc:

  eval \"$(cd PATH/TO/THE/COURSE && cargo course completions bash)\"

Then `course check co<TAB>` completes to an exercise.";

/// Runs `cargo course completions SHELL`. `command` is the tool's command line.
pub fn run(course: &Course, command: Command, shell: Shell) -> ExitCode {
    let names: Vec<String> =
        course.exercises().map(|(_, one)| one.name.clone()).collect();
    let mut command = ["check", "hint", "solution", "reset"].iter().fold(
        command.name(NAME).bin_name(NAME),
        |command, with_a_name| {
            let names = PossibleValuesParser::new(&names);
            command.mut_subcommand(with_a_name, |subcommand| {
                subcommand.mut_arg("name", |name| name.value_parser(names))
            })
        },
    );
    let mut script = Vec::new();
    generate(shell, &mut command, NAME, &mut script);
    text::put(&match shell {
        // Its script begins with what must stand first in a file.
        Shell::Elvish | Shell::PowerShell => {
            format!("{}\n{}", String::from_utf8_lossy(&script), function(shell))
        }
        _ => format!("{}\n{}", function(shell), String::from_utf8_lossy(&script)),
    });
    ExitCode::SUCCESS
}

/// A function that runs `cargo course`, in the language of this shell.
fn function(shell: Shell) -> &'static str {
    match shell {
        Shell::Elvish => "fn course {|@words| e:cargo course $@words }\n",
        Shell::Fish => "function course\n    cargo course $argv\nend\n",
        Shell::PowerShell => "function course { cargo course @args }\n",
        _ => "course() { cargo course \"$@\"; }\n",
    }
}
