//! What is proved of a check stays proved until its inputs change.
//!
//! Many runs beside busy threads take an hour for the whole course. So their outcome is kept
//! in the repository, as `proved.toml` beside the museum, with a fingerprint of all that it
//! depends on: the check and its helpers, the museum, the library of the chapter, what checks
//! are made of, and the versions of the crates in use.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use toml_edit::{DocumentMut, Item};

use crate::keep::verify::judge::Effort;
use crate::repo::files::replace;
use crate::repo::progress::hash;
use crate::repo::sources::text_files;
use crate::repo::workspace::{Chapter, Course, Exercise};

/// What it takes to prove a check.
pub const EFFORT: Effort = Effort { repeat: 200, busy: 2 };

/// The name of the file, beside `solution.rs`.
const FILE: &str = "proved.toml";

/// That every candidate of an exercise's museum got its verdict, each time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// The fingerprint of all that the verdicts depend on.
    pub inputs: String,
    /// How often each candidate ran.
    pub runs: usize,
    /// How many threads were busy beside them.
    pub busy: usize,
    /// How often the candidate ran that ran least: one that only the watchdog ends has no time
    /// for all runs.
    pub fewest: usize,
}

impl Proof {
    /// The proof that has just been made.
    pub fn of(
        course: &Course,
        chapter: &Chapter,
        exercise: &Exercise,
        fewest: usize,
    ) -> Result<Proof> {
        let inputs = inputs(course, chapter, exercise)?;
        Ok(Proof { inputs, runs: EFFORT.repeat, busy: EFFORT.busy, fewest })
    }

    /// Whether an exercise is proved as it is now.
    pub fn stands(
        course: &Course,
        chapter: &Chapter,
        exercise: &Exercise,
    ) -> Result<bool> {
        let Ok(text) = fs::read_to_string(exercise.solution_dir.join(FILE)) else {
            return Ok(false);
        };
        let Some(proof) = Proof::parse(&text) else { return Ok(false) };
        Ok(proof.runs >= EFFORT.repeat
            && proof.busy >= EFFORT.busy
            && proof.inputs == inputs(course, chapter, exercise)?)
    }

    /// Writes it beside the museum.
    pub fn keep(&self, exercise: &Exercise) -> Result<()> {
        replace(&exercise.solution_dir.join(FILE), self.text().as_bytes())
    }

    fn text(&self) -> String {
        format!(
            "# Written by `cargo course verify --prove`.\n\
             inputs = \"{}\"\nruns = {}\nbusy = {}\nfewest = {}\n",
            self.inputs, self.runs, self.busy, self.fewest
        )
    }

    fn parse(text: &str) -> Option<Proof> {
        let toml: DocumentMut = text.parse().ok()?;
        let number = |key: &str| usize::try_from(toml.get(key)?.as_integer()?).ok();
        Some(Proof {
            inputs: toml.get("inputs")?.as_str()?.to_string(),
            runs: number("runs")?,
            busy: number("busy")?,
            fewest: number("fewest")?,
        })
    }
}

/// A fingerprint of all that the verdicts of an exercise's check depend on.
fn inputs(course: &Course, chapter: &Chapter, exercise: &Exercise) -> Result<String> {
    let mut files = text_files(&exercise.dir)?;
    // The reader's file: what counts is the exercise as shipped, which the museum has.
    files.retain(|file| *file != exercise.file && *file != exercise.hints);
    files.extend(text_files(&exercise.solution_dir)?);
    files.retain(|file| !file.ends_with(FILE));
    let libraries = [
        chapter.dir.join("src"),
        course.root.join("scripts/probe/src"),
        course.root.join("scripts/timeline/src"),
    ];
    for library in libraries.iter().filter(|library| library.is_dir()) {
        files.extend(text_files(library)?);
    }
    let mut all = String::new();
    for file in files {
        let content =
            fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        let name = file.strip_prefix(&course.root).unwrap_or(&file);
        let name = name.to_string_lossy().replace('\\', "/");
        let _ = writeln!(all, "{name} {}", hash(&content));
    }
    all += &versions(&chapter.dir.join("Cargo.toml"), &course.root.join("Cargo.lock"))?;
    Ok(hash(all.as_bytes()))
}

/// The crates that a manifest names, with the versions that the lock file has of them.
fn versions(manifest: &Path, lock: &Path) -> Result<String> {
    let read = |path: &Path| -> Result<DocumentMut> {
        let text = fs::read_to_string(path)
            .with_context(|| format!("cannot read {}", path.display()))?;
        text.parse().with_context(|| path.display().to_string())
    };
    let (manifest, lock) = (read(manifest)?, read(lock)?);
    let named: BTreeSet<&str> = ["dependencies", "dev-dependencies"]
        .iter()
        .filter_map(|key| manifest.get(key)?.as_table_like())
        .flat_map(|table| table.iter().map(|(name, _)| name))
        .collect();
    let packages = lock.get("package").and_then(Item::as_array_of_tables);
    let mut versions = String::new();
    for package in packages.into_iter().flatten() {
        let text =
            |key: &str| package.get(key).and_then(Item::as_str).unwrap_or_default();
        if named.contains(text("name")) {
            let _ = writeln!(versions, "{} {}", text("name"), text("version"));
        }
    }
    Ok(versions)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_read_again() {
        let proof = Proof { inputs: "0a".into(), runs: 200, busy: 2, fewest: 4 };
        assert_eq!(Proof::parse(&proof.text()), Some(proof));
        assert_eq!(
            Proof::parse("inputs = \"0a\"\nruns = -1\nbusy = 2\nfewest = 4"),
            None
        );
        assert_eq!(Proof::parse("<<<<<<< ours"), None);
    }

    #[test]
    fn the_versions_are_those_of_the_crates_that_the_chapter_names() {
        let dir = tempfile::tempdir().unwrap();
        let file = |name: &str, content: &str| {
            let path = dir.path().join(name);
            fs::write(&path, content).unwrap();
            path
        };
        let manifest = file(
            "Cargo.toml",
            "[dependencies]\ntokio.workspace = true\n[dev-dependencies]\nprobe = \"1\"\n",
        );
        let lock = file(
            "Cargo.lock",
            "[[package]]\nname = \"probe\"\nversion = \"0.1.0\"\n\
             [[package]]\nname = \"serde\"\nversion = \"1.0.0\"\n\
             [[package]]\nname = \"tokio\"\nversion = \"1.54.1\"\n",
        );
        assert_eq!(versions(&manifest, &lock).unwrap(), "probe 0.1.0\ntokio 1.54.1\n");
    }
}
