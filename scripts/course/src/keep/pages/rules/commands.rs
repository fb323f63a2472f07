//! Commands that a text shows.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::Result;
use cargo_metadata::MetadataCommand;

use crate::keep::pages::book::Book;
use crate::keep::pages::markdown::Marks;
use crate::keep::pages::problem::Problem;
use crate::learn::timeline;
use crate::patterns::patterns;
use crate::repo::names;
use crate::repo::paths::{numbered, shown};
use crate::repo::sources::text_files;
use crate::repo::workspace::Course;

patterns! {
    PLACEHOLDER = r"^(?:[A-Z][A-Z_]*|\[.*|<.*|…|\.\.\.|\d\d-…|-.*)$";
}

/// The names that commands on a page may use.
#[derive(Debug, Clone)]
pub struct Names {
    /// `cargo run --example NAME`
    pub examples: BTreeSet<String>,
    /// `cargo test --test NAME`
    pub tests: BTreeSet<String>,
    /// `cargo course check NAME`, `cargo course record NAME`
    pub course: Course,
}

/// The subcommands of `cargo course` that a text may name.
const SUBCOMMANDS: [&str; 16] = [
    "list",
    "check",
    "watch",
    "hint",
    "solution",
    "reset",
    "book",
    "export",
    "completions",
    "doctor",
    "timeline",
    "new",
    "record",
    "verify",
    "measure",
    "help",
];

impl Names {
    /// The names of this course.
    pub fn of(course: &Course) -> Result<Names> {
        let metadata = MetadataCommand::new()
            .manifest_path(course.root.join("Cargo.toml"))
            .no_deps()
            .other_options(["--offline".to_string()])
            .exec()?;
        let targets = || metadata.packages.iter().flat_map(|package| &package.targets);
        let named = |is: fn(&cargo_metadata::Target) -> bool| {
            targets().filter(|one| is(one)).map(|one| one.name.clone()).collect()
        };
        Ok(Names {
            examples: named(cargo_metadata::Target::is_example),
            tests: named(cargo_metadata::Target::is_test),
            course: course.clone(),
        })
    }

    /// What is wrong with a command, if it is one of Cargo's.
    fn objections(&self, command: &str) -> Vec<String> {
        let command = command.split(" #").next().unwrap_or_default();
        let words: Vec<&str> = command.split_whitespace().collect();
        let Some(cargo) = words.iter().position(|word| *word == "cargo") else {
            return Vec::new();
        };
        let words = &words[cargo + 1..];
        let mut objections = Vec::new();
        let mut object = |what: String| objections.push(format!("`{command}`: {what}"));
        for pair in words.windows(2).take_while(|pair| pair[0] != "--") {
            let (what, names) = match pair[0] {
                "--example" => ("example", &self.examples),
                "--test" => ("test", &self.tests),
                _ => continue,
            };
            if !PLACEHOLDER.is_match(pair[1]) && !names.contains(pair[1]) {
                object(format!("there is no {what} `{}`", pair[1]));
            }
        }
        if words.first() == Some(&"course")
            && let Err(what) = self.course_command(&words[1..])
        {
            object(what);
        }
        objections
    }

    /// What is wrong with the words after `cargo course`.
    fn course_command(&self, words: &[&str]) -> Result<(), String> {
        let is_option_or_value = |index: &usize| {
            let is_option = |index: usize| words[index].starts_with('-');
            // `--repeat 200`
            let is_number = words[*index].parse::<u32>().is_ok();
            is_option(*index) || is_number && *index > 0 && is_option(*index - 1)
        };
        let words: Vec<&str> = (0..words.len())
            .filter(|index| !is_option_or_value(index))
            .map(|index| words[index])
            .collect();
        let Some((subcommand, names)) = words.split_first() else { return Ok(()) };
        if PLACEHOLDER.is_match(subcommand) {
            return Ok(());
        }
        if !SUBCOMMANDS.contains(subcommand) {
            return Err(format!("there is no command `{subcommand}`"));
        }
        if names.is_empty() || names.iter().any(|name| PLACEHOLDER.is_match(name)) {
            return Ok(());
        }
        let unknown = |what: &str, known: &dyn Fn(&str) -> bool| match names
            .iter()
            .find(|name| !known(name))
        {
            Some(name) => Err(format!("there is no {what} `{name}`")),
            None => Ok(()),
        };
        match *subcommand {
            "record" => unknown("chapter", &|name| {
                let chapters = &self.course.chapters;
                chapters.iter().any(|one| {
                    one.slug == name
                        || one.package == name
                        || name.parse() == Ok(one.number)
                })
            }),
            // A part of their names stands for several.
            "measure" => {
                unknown("`…-measured` example with that in its name", &|part| {
                    let is_one = |name: &String| {
                        name.ends_with("-measured") && name.contains(part)
                    };
                    self.examples.iter().any(is_one)
                })
            }
            "verify" => unknown("exercise", &|name| {
                self.course.exercises().any(|(_, one)| one.name.contains(name))
            }),
            // What follows is the program's.
            "timeline" => timeline::resolve(&self.course, names[0])
                .map(drop)
                .map_err(|error| error.to_string()),
            "check" if names::chapter(&self.course, &names.join(" ")).is_some() => Ok(()),
            // A name can be shortened, just as on the command line.
            _ => names::resolve(&self.course, &names.join(" "), Path::new(""), None)
                .map(drop)
                .map_err(|error| error.to_string()),
        }
    }
}

/// Every command that a text shows, in a console block or in inline code, names a target
/// that exists. Names in capitals stand for others.
pub fn commands(book: &Book, names: &Names) -> Vec<Problem> {
    let mut problems = Vec::new();
    for page in book.everything() {
        problems.extend(commands_of(&page.file, &page.marks, names));
    }
    problems
}

/// Commands, again, in what programs say of themselves in their `//!`, but for those that
/// readers edit.
pub fn commands_in_sources(root: &Path, names: &Names) -> Result<Vec<Problem>> {
    let mut problems = Vec::new();
    for path in text_files(root)? {
        let is_program = path.extension().is_some_and(|extension| extension == "rs")
            && !path.starts_with(root.join("scripts"));
        if !is_program || path.ends_with("exercise.rs") {
            continue;
        }
        let text = fs::read_to_string(&path)?;
        // Lines that are no comment stay as empty ones, so that numbers are right.
        let comments: Vec<&str> = text
            .lines()
            .map(|line| line.trim_start().strip_prefix("//!").unwrap_or_default())
            .map(|line| line.strip_prefix(' ').unwrap_or(line))
            .collect();
        let marks = Marks::of(&comments.join("\n"));
        problems.extend(commands_of(&shown(root, &path), &marks, names));
    }
    Ok(problems)
}

fn commands_of(file: &str, marks: &Marks, names: &Names) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut judge = |line, command: &str| {
        for what in names.objections(command) {
            problems.push(Problem { file: file.to_string(), line, what });
        }
    };
    for (line, code) in &marks.code {
        judge(*line, code);
    }
    for fence in &marks.fences {
        if matches!(fence.kind.as_str(), "console" | "sh" | "text" | "") {
            for (number, line) in numbered(&fence.content) {
                let command = line.trim_start();
                let command = command.strip_prefix("$ ").unwrap_or(command);
                // In two columns: the command, and what it does.
                let command = command.split("  ").next().unwrap_or_default();
                if command.starts_with("cargo ") {
                    judge(fence.line + number, command);
                }
            }
        }
    }
    problems
}
