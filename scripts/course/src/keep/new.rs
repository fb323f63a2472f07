//! `cargo course new`, for maintainers: the folders and the lines of a new exercise.
//!
//! What it writes compiles and is red: a function to finish, a check with one case, three
//! hints, and a solution. The rest is thinking, and `cargo course verify` says what is missing.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail, ensure};

use crate::repo::files::replace;
use crate::repo::workspace::{Chapter, Course};
use crate::text;

/// The arguments of `cargo course new`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The exercise: the chapter's number and a name, as in 02-count-the-tasks
    name: String,
    /// What a reader calls it; by default made from the name
    #[arg(long)]
    title: Option<String>,
    /// About how long it takes
    #[arg(long, value_name = "N", default_value_t = 10)]
    minutes: u32,
}

/// Runs the command.
pub fn run(course: &Course, args: Args) -> Result<ExitCode> {
    let (chapter, slug) = place(course, &args.name)?;
    let name = format!("{:02}-{slug}", chapter.number);
    ensure!(
        chapter.exercises.iter().all(|one| one.slug != slug),
        "chapters/{} has an exercise {slug} already",
        chapter.slug
    );
    let title = args.title.unwrap_or_else(|| titled(slug));
    let exercise = chapter.dir.join("exercises").join(slug);
    let museum = course.root.join("solutions").join(&chapter.slug).join(slug);
    for folder in [&exercise, &museum] {
        ensure!(!folder.exists(), "{} is there already", folder.display());
    }
    let manifests = [
        (chapter.dir.join("Cargo.toml"), of_chapter(&name, slug, &title, args.minutes)),
        (course.root.join("solutions/Cargo.toml"), of_solutions(chapter, &name, slug)),
    ];
    let mut changed = Vec::new();
    for (path, lines) in manifests {
        let old = fs::read_to_string(&path)
            .with_context(|| format!("cannot read {}", path.display()))?;
        let new = match path.starts_with(&chapter.dir) {
            true => format!("{}\n{lines}", old.trim_end().to_string() + "\n"),
            false => after_chapter(&old, chapter.number, &lines),
        };
        changed.push((path, new));
    }

    let stub = exercise_file(&title, slug);
    let solution = format!("pub async fn answer() -> u32 {{\n    {ANSWER}\n}}\n");
    let files = [
        (exercise.join("exercise.rs"), stub.clone()),
        (exercise.join("check.rs"), check_file(chapter, &name, slug)),
        (exercise.join("hints.md"), hints_file(&title)),
        (museum.join("stub.rs"), stub),
        (museum.join("solution.rs"), solution),
    ];
    // The manifests last: until then nothing knows the new files.
    for (path, content) in files.into_iter().chain(changed) {
        replace(&path, content.as_bytes())?;
        let inside = path.strip_prefix(&course.root).unwrap_or(&path);
        text::say(&format!("wrote {}\n", shown(inside)));
    }
    text::say(&format!(
        "\nNext: the story and what must hold, in exercise.rs; then\n\n  \
         cargo course verify {name}\n\nsays what the check and the museum lack.\n"
    ));
    Ok(ExitCode::SUCCESS)
}

/// The chapter and the exercise's slug that a name such as `02-count-the-tasks` holds.
fn place<'a, 'n>(course: &'a Course, name: &'n str) -> Result<(&'a Chapter, &'n str)> {
    let parts = name.split_once('-').and_then(|(number, slug)| {
        let number: u32 = number.parse().ok()?;
        let is_word = |word: &str| {
            !word.is_empty()
                && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        };
        slug.split('-').all(is_word).then_some((number, slug))
    });
    let Some((number, slug)) = parts else {
        bail!("`{name}` is no name of an exercise: write it like 02-count-the-tasks");
    };
    let chapter = course.chapters.iter().find(|chapter| chapter.number == number);
    let chapter = chapter.with_context(|| format!("there is no chapter {number}"))?;
    Ok((chapter, slug))
}

/// "Count the tasks" for `count-the-tasks`.
fn titled(slug: &str) -> String {
    let mut words = slug.replace('-', " ");
    words[..1].make_ascii_uppercase();
    words
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

/// The lines of the chapter's manifest.
fn of_chapter(name: &str, slug: &str, title: &str, minutes: u32) -> String {
    format!(
        "[[test]]\nname = \"{name}\"\npath = \"exercises/{slug}/check.rs\"\nharness = false\n\
         test = false\n\n[package.metadata.exercises.{slug}]\ntitle = {title:?}\n\
         minutes = {minutes}\nstarts = \"unfinished\"\nmeets = []\n"
    )
}

/// The lines of the manifest of the solutions.
fn of_solutions(chapter: &Chapter, name: &str, slug: &str) -> String {
    format!(
        "[[test]]\nname = \"solution-{name}\"\n\
         path = \"../chapters/{}/exercises/{slug}/check.rs\"\nharness = false\n",
        chapter.slug
    )
}

/// The manifest with these lines after the chapter's others, or under a heading of the chapter's
/// at the end.
fn after_chapter(manifest: &str, number: u32, lines: &str) -> String {
    let own = format!("name = \"solution-{number:02}-");
    let Some(last) = manifest.rfind(&own) else {
        return format!("{}\n\n# Chapter {number:02}\n\n{lines}", manifest.trim_end());
    };
    let end = manifest[last..].find("\n\n").map_or(manifest.len(), |end| last + end);
    let (before, after) = manifest.split_at(end);
    let after = after.trim_start_matches('\n');
    let gap = if after.is_empty() { "" } else { "\n" };
    format!("{}\n\n{lines}{gap}{after}", before.trim_end())
}

/// What the new check wants to hear, until it is given something to check.
const ANSWER: u32 = 42;

fn exercise_file(title: &str, slug: &str) -> String {
    format!(
        "//! # {title}\n//!\n//! The story, in three lines.\n//!\n//! At the end:\n//!\n\
         //! - `answer` returns {ANSWER}.\n//!\n//! Change anything except the signature of `answer`.\n\
         //!\n//! ```console\n//! $ cargo course check {slug}\n//! ```\n\n\
         /// What the check asks for.\npub async fn answer() -> u32 {{\n    \
         todo!(\"return {ANSWER}\")\n}}\n"
    )
}

fn check_file(chapter: &Chapter, name: &str, slug: &str) -> String {
    format!(
        "//! The answer is {ANSWER}.\n\n#[cfg_attr(\n    feature = \"solution\",\n    \
         path = \"../../../../solutions/{}/{slug}/solution.rs\"\n)]\nmod exercise;\n\n\
         use probe::{{Finding, Verdict}};\n\nprobe::main!(\"{name}\", [the_answer_is_{ANSWER}]);\n\n\
         fn the_answer_is_{ANSWER}() -> Verdict {{\n    \
         let (answer, _) = probe::virtual_time(|| exercise::answer()).done()?;\n    \
         let wrong = Finding::unnamed(\"The answer is wrong\");\n    \
         match answer {{\n        {ANSWER} => Ok(()),\n        \
         other => Err(wrong.saw(format!(\"it was {{other}}\"))),\n    }}\n}}\n",
        chapter.slug
    )
}

fn hints_file(title: &str) -> String {
    format!(
        "# {title}\n\n## What does the check ask for?\n\nA question that leads there.\n\n\
         ## The idea has a name\n\nThe idea.\n\n## Nearly the code\n\nAll but the code: return {ANSWER}.\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_stand_after_those_of_their_chapter() {
        let manifest = "# Chapter 01\n\n[[test]]\nname = \"solution-01-a\"\npath = \"a\"\n\n\
                        # Chapter 02\n\n[[test]]\nname = \"solution-02-b\"\npath = \"b\"\n";
        let one = after_chapter(manifest, 1, "[[test]]\nname = \"solution-01-c\"\n");
        assert_eq!(
            one,
            "# Chapter 01\n\n[[test]]\nname = \"solution-01-a\"\npath = \"a\"\n\n\
             [[test]]\nname = \"solution-01-c\"\n\n\
             # Chapter 02\n\n[[test]]\nname = \"solution-02-b\"\npath = \"b\"\n"
        );
        let two = after_chapter(manifest, 2, "[[test]]\nname = \"solution-02-c\"\n");
        assert_eq!(two, format!("{manifest}\n[[test]]\nname = \"solution-02-c\"\n"));
        let three = after_chapter(manifest, 3, "[[test]]\nname = \"solution-03-a\"\n");
        assert_eq!(
            three,
            format!("{manifest}\n# Chapter 03\n\n[[test]]\nname = \"solution-03-a\"\n")
        );
    }
}
