//! Includes, as mdBook reads them.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use regex::Regex;

use crate::patterns::patterns;
use crate::repo::paths::{normal, numbered};
use crate::repo::sources::{ANCHOR, ANCHOR_END, is_anchor};

patterns! {
    pub(crate) DIRECTIVE = r"(\\)?\{\{\s*#([a-z_]+)\s+([^}]*?)\s*\}\}";
}

/// What an include brings in.
#[derive(Debug)]
pub struct Included {
    /// The file, absolute.
    pub file: PathBuf,
    /// Its lines, with their numbers in the file.
    pub lines: Vec<(usize, String)>,
}

impl Included {
    /// Follows the argument of an `#include`: `PATH`, `PATH:ANCHOR`, `PATH:FROM:TO`.
    ///
    /// # Errors
    ///
    /// Says what mdBook would have passed over.
    pub fn read(root: &Path, from: &Path, argument: &str) -> Result<Included, String> {
        let (path, part) = match argument.split_once(':') {
            Some((path, part)) => (path, Some(part)),
            None => (argument, None),
        };
        let file = normal(&from.join(path));
        if !file.starts_with(root) {
            return Err(format!("`{path}` is not in the repository"));
        }
        if file.ends_with("exercise.rs") {
            return Err(format!(
                "`{path}` is the reader's to change: include its stub.rs"
            ));
        }
        let text = fs::read_to_string(&file)
            .map_err(|_| format!("`{path}` cannot be included: there is no such file"))?;
        let all: Vec<(usize, &str)> = numbered(&text).collect();
        let lines: Vec<(usize, &str)> = match part {
            None => all,
            Some(part) => match line_range(part, all.len()) {
                Some(range) if range.end > all.len() || range.is_empty() => {
                    return Err(format!(
                        "`{argument}`: the file has {} lines",
                        all.len()
                    ));
                }
                Some(range) => all[range].to_vec(),
                None => anchored(part, &all)
                    .map_err(|what| format!("`{argument}`: {what}"))?,
            },
        };
        if lines.iter().all(|(_, line)| line.trim().is_empty()) {
            return Err(format!("`{argument}` is empty"));
        }
        if let Some((number, _)) = lines.iter().find(|(_, line)| is_anchor(line)) {
            return Err(format!("`{argument}` shows the ANCHOR in line {number}"));
        }
        let lines = lines.into_iter().map(|(n, line)| (n, line.to_string())).collect();
        Ok(Included { file, lines })
    }
}

/// `3`, `3:5`, `3:`, `:5` as indices; `None` for an anchor.
fn line_range(part: &str, lines: usize) -> Option<Range<usize>> {
    let (from, to) = match part.split_once(':') {
        Some((from, to)) => (from, Some(to)),
        None => (part, None),
    };
    let start = match from {
        "" => 0,
        from => from.parse::<usize>().ok()?.saturating_sub(1),
    };
    let end = match to {
        None if from.is_empty() => lines,
        None => start + 1,
        Some(to) => to.parse().unwrap_or(lines),
    };
    Some(start..end)
}

fn anchored<'t>(
    name: &str,
    lines: &[(usize, &'t str)],
) -> Result<Vec<(usize, &'t str)>, String> {
    let is = |pattern: &Regex, line: &str| {
        pattern.captures(line).is_some_and(|found| &found[1] == name)
    };
    let starts = lines.iter().filter(|(_, line)| is(&ANCHOR, line)).count();
    if starts != 1 {
        return Err(match starts {
            0 => format!("there is no anchor `{name}` in the file"),
            _ => format!("the anchor `{name}` starts {starts} times"),
        });
    }
    let start = lines.iter().position(|(_, line)| is(&ANCHOR, line)).expect("counted");
    let length = lines[start..].iter().position(|(_, line)| is(&ANCHOR_END, line));
    let Some(length) = length else {
        return Err(format!("the anchor `{name}` has no ANCHOR_END"));
    };
    let inside = &lines[start + 1..start + length];
    Ok(inside.iter().filter(|(_, line)| !is_anchor(line)).copied().collect())
}
