//! `cargo course doctor`: whether this machine has what the course needs or can use, and what to
//! do where it does not.

use std::process::ExitCode;

use anyhow::Result;

use self::finding::{Finding, Level};
use crate::repo::workspace::Course;
use crate::text;

mod course;
mod finding;
mod machine;
mod tools;

/// Runs `cargo course doctor`. Fails if something is broken, not if something is missed.
pub fn run(course: &Course) -> Result<ExitCode> {
    // Each is said as soon as it is known: one of them may take a while.
    let looks: [fn(&Course) -> Vec<Finding>; 14] = [
        tools::toolchain,
        tools::editor,
        course::exercises,
        course::progress,
        course::line_ends,
        course::watching,
        course::port,
        machine::open_files,
        machine::temporary,
        machine::flags,
        machine::target_folder,
        machine::room,
        tools::offline,
        tools::redis,
    ];
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
