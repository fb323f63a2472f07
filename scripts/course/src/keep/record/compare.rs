//! Recordings as they are, against those that were made now.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use anyhow::Result;
use similar::TextDiff;

use crate::keep::measure;
use crate::keep::record::made::{Made, TOOL};
use crate::keep::stale::Stale;
use crate::repo::sources::text_files;
use crate::repo::workspace::Course;
use crate::run::cargo::rustc_version;

const MEND: &str = "cargo course record";

/// The recordings that are missing, or differ from what was made now. Where another rustc
/// runs than the one that was recorded, its words are compared by their errors alone.
pub fn stale(course: &Course, made: &[Made]) -> Result<Vec<Stale>> {
    let other_rustc = other_rustc(course)?.is_some();
    let mut stale = Vec::new();
    for one in made {
        let old = fs::read_to_string(course.root.join(&one.file));
        let mend = Some(MEND.to_string());
        let (what, mend) = match (&one.content, old) {
            (Err(why), _) => (why.clone(), None),
            (Ok(_), Err(_)) => ("the recording is missing".to_string(), mend),
            (Ok(new), Ok(old)) if *new == old => continue,
            (Ok(_), Ok(_)) if other_rustc && one.file.ends_with("/rustc.txt") => continue,
            (Ok(new), Ok(old))
                if other_rustc && one.rustc && errors(new) == errors(&old) =>
            {
                continue;
            }
            (Ok(new), Ok(old)) => {
                (format!("the recording is stale:\n{}", small_diff(&old, new)), mend)
            }
        };
        stale.push(Stale { file: one.file.clone(), what, mend });
    }
    Ok(stale)
}

/// Files in `recorded/` folders that nothing makes.
pub fn orphans(course: &Course, made: &[Made]) -> Result<Vec<Stale>> {
    let mut known: BTreeSet<String> = made.iter().map(|one| one.file.clone()).collect();
    known.extend(measure::files(course)?);
    let mut folders: Vec<PathBuf> =
        course.chapters.iter().map(|chapter| chapter.dir.join("recorded")).collect();
    folders.push(course.root.join(TOOL));
    let mut orphans = Vec::new();
    for folder in folders.iter().filter(|folder| folder.is_dir()) {
        for path in text_files(folder)? {
            let file = course.shown(&path).replace('\\', "/");
            if !known.contains(&file) {
                let what = "nothing makes this recording: remove it, or declare it in \
                            [package.metadata.recordings]"
                    .to_string();
                orphans.push(Stale { file, what, mend: None });
            }
        }
    }
    Ok(orphans)
}

/// Whether the recordings of rustc's words were made by the rustc that runs now; if not,
/// both versions.
pub fn other_rustc(course: &Course) -> Result<Option<(String, String)>> {
    let now = rustc_version()?;
    let then = fs::read_to_string(course.root.join(TOOL).join("rustc.txt"));
    Ok(match then {
        Ok(then) if then != now => Some((then.trim().into(), now.trim().into())),
        _ => None,
    })
}

/// Which errors there are: their codes, and the messages of those that have none. The rest is
/// worded anew in every release.
fn errors(words: &str) -> Vec<&str> {
    let coded = |line: &'_ str| line.starts_with("error[");
    words
        .lines()
        .filter(|line| line.starts_with("error"))
        .map(|line| match line.split_once("]: ") {
            Some((code, _)) if coded(line) => code,
            _ => line,
        })
        .collect()
}

/// The first differences between two texts, as a unified diff.
pub(super) fn small_diff(old: &str, new: &str) -> String {
    const LINES: usize = 24;
    let diff = TextDiff::from_lines(old, new);
    let diff = diff.unified_diff().context_radius(1).to_string();
    let mut lines: Vec<String> =
        diff.lines().take(LINES).map(|line| format!("    {line}")).collect();
    if diff.lines().count() > LINES {
        lines.push("    …".into());
    }
    lines.join("\n")
}
