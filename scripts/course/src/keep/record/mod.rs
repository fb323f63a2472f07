//! `cargo course record`, for maintainers: makes the recordings that the book includes.
//!
//! Nothing that a page shows of a run is typed by hand. What programs print, what rustc says
//! of those that must not compile, how a stage differs from the one before it, and what this
//! tool itself says is made here and kept in `recorded/` folders, and `tests/recordings.rs`
//! makes it again and compares.
//!
//! A recording holds what is the same on every machine: free ports, paths of one machine and
//! numbers of threads are masked.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use self::blocks::write_blocks;
use self::compiler::compiler_words;
use self::made::TOOL;
use self::programs::transcripts;
use self::stages::stage_diffs;
use self::tool::tool_words;
use crate::keep::measure;
use crate::keep::pages::Book;
use crate::keep::pages::rules::times;
use crate::repo::workspace::{Chapter, Course};
use crate::run::cargo::rustc_version;
use crate::text::{self, GREEN, RED, paint};

mod blocks;
mod compare;
mod compiler;
mod made;
mod mask;
mod process;
mod programs;
mod stages;
mod tool;

pub use compare::{orphans, other_rustc, stale};
pub use made::Made;
pub use programs::build_examples;

/// The arguments of `cargo course record`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Chapters, by number or name (`2`, `02-spawning`), or `tool` for what this tool says; all
    /// of it by default
    names: Vec<String>,
    /// Write nothing: say what is stale, and fail if anything is
    #[arg(long)]
    check: bool,
    /// Make nothing: say how long the pages take to read, and with chapters' names, which
    /// sections take how long
    #[arg(long, conflicts_with = "check")]
    times: bool,
}

/// What to make.
#[derive(Debug, Clone, Default)]
pub struct Scope<'a> {
    /// Only these chapters, by their folders' names.
    pub chapters: Option<BTreeSet<String>>,
    /// The program of this tool, to record what it says.
    pub tool: Option<&'a Path>,
    /// Run every program again, and refuse one that prints something else then.
    pub twice: bool,
}

/// Runs the command.
pub fn run(course: &Course, args: Args) -> Result<ExitCode> {
    if args.times {
        let chosen = chosen(course, &args.names.iter().collect::<Vec<_>>())?;
        let chapters = course.chapters.iter().filter(|one| chosen.contains(&one.slug));
        let chapters: Vec<&Chapter> = chapters.collect();
        text::say(&times(&Book::open(&course.root)?, course, &chapters));
        return Ok(ExitCode::SUCCESS);
    }
    let tool = env::current_exe().context("this program has no path")?;
    let (tools, names): (Vec<&String>, Vec<&String>) =
        args.names.iter().partition(|name| *name == "tool");
    let whole = args.names.is_empty();
    let chapters = if whole { None } else { Some(chosen(course, &names)?) };
    let with_tool = whole || !tools.is_empty();
    let scope = Scope { chapters, tool: with_tool.then_some(&tool), twice: !args.check };
    let made = make(course, &scope)?;

    let mut failed = false;
    if args.check {
        let mut stale = stale(course, &made)?;
        if whole {
            stale.extend(orphans(course, &made)?);
        }
        for one in &stale {
            failed = true;
            text::say(&format!("{} {one}\n", paint(RED, "-")));
        }
        if !failed {
            let count = text::count(made.len(), "recording");
            text::say(&format!("{count}: all as they were made.\n"));
        }
        return Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS });
    }

    let mut changed = 0;
    for one in &made {
        match &one.content {
            Err(why) => {
                failed = true;
                text::say(&format!("{} {}: {why}\n", paint(RED, "-"), one.file));
            }
            Ok(content) => {
                let path = course.root.join(&one.file);
                let word = match fs::read_to_string(&path) {
                    Ok(old) if old == *content => continue,
                    Ok(_) => "changed",
                    Err(_) => "new",
                };
                fs::create_dir_all(path.parent().expect("a file is in a folder"))?;
                fs::write(&path, content)
                    .with_context(|| format!("cannot write {}", path.display()))?;
                text::say(&format!("{} {} ({word})\n", paint(GREEN, "+"), one.file));
                changed += 1;
            }
        }
    }
    changed += write_blocks(course)?;
    if whole {
        for one in orphans(course, &made)? {
            failed = true;
            text::say(&format!("{} {one}\n", paint(RED, "-")));
        }
    }
    // `measure` makes the figures, but this is where one looks for what is stale.
    for one in measure::stale(course)? {
        failed |= whole;
        text::say(&format!("{} {one}\n", paint(RED, "-")));
    }
    let count = text::count(made.len(), "recording");
    text::say(&format!("{count}, {changed} changed.\n"));
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// The chapters that these names mean.
fn chosen(course: &Course, names: &[&String]) -> Result<BTreeSet<String>> {
    let mut slugs = BTreeSet::new();
    for name in names {
        let chapter = course.chapters.iter().find(|chapter| {
            chapter.slug == **name
                || chapter.package == **name
                || name.parse() == Ok(chapter.number)
        });
        match chapter {
            Some(chapter) => slugs.insert(chapter.slug.clone()),
            None => bail!("no chapter is called `{name}`"),
        };
    }
    Ok(slugs)
}

/// Makes every recording of this scope anew, in memory.
pub fn make(course: &Course, scope: &Scope<'_>) -> Result<Vec<Made>> {
    let chapters: Vec<&Chapter> = course
        .chapters
        .iter()
        .filter(|one| scope.chapters.as_ref().is_none_or(|only| only.contains(&one.slug)))
        .collect();
    let mut made = transcripts(course, &chapters, scope.twice)?;
    made.extend(compiler_words(course, &chapters)?);
    for chapter in chapters {
        made.extend(stage_diffs(course, chapter)?);
    }
    if let Some(tool) = scope.tool {
        let file = format!("{TOOL}/rustc.txt");
        made.push(Made { file, content: Ok(rustc_version()?), rustc: true });
        made.extend(tool_words(course, tool)?);
    }
    made.sort_by(|a, b| a.file.cmp(&b.file));
    Ok(made)
}
