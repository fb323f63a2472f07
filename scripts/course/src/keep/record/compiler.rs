//! What rustc says of the programs that must not compile.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::keep::counter::Counter;
use crate::keep::record::made::{Made, recorded};
use crate::keep::record::mask::{end_with_newline, without_machine};
use crate::keep::verify::judge::Verdict;
use crate::keep::verify::museum::expected_error;
use crate::repo::workspace::{Chapter, Course};
use crate::run::cargo::rendered;
use crate::run::scratch::{Built, Scratch, compile_fail_target};

/// What rustc says of the programs that must not compile.
pub(super) fn compiler_words(
    course: &Course,
    chapters: &[&Chapter],
) -> Result<Vec<Made>> {
    let programs: Vec<(&Chapter, &PathBuf)> = chapters
        .iter()
        .flat_map(|chapter| {
            chapter.compile_fail.iter().map(move |program| (*chapter, program))
        })
        .collect();
    if programs.is_empty() {
        return Ok(Vec::new());
    }
    let scratch = Scratch::of(course)?;
    let targets: Vec<String> = programs
        .iter()
        .map(|(chapter, program)| compile_fail_target(chapter, program))
        .collect();
    let counter = Counter::new("compiling", programs.len());
    let built = scratch.build(&[], &targets, |done| counter.at(done))?;
    let mut made = Vec::new();
    for ((chapter, program), target) in programs.iter().zip(&targets) {
        let stem = program.file_stem().unwrap_or_default().to_string_lossy();
        let file = recorded(chapter, &format!("{stem}.stderr"));
        let source = fs::read_to_string(program)
            .with_context(|| format!("cannot read {}", program.display()))?;
        let content = refusal(&source, &built[target], &scratch.root);
        made.push(Made { file, content, rustc: true });
    }
    Ok(made)
}

fn refusal(source: &str, built: &Built, root: &Path) -> Result<String, String> {
    let Some(expected) = expected_error(source) else {
        return Err("it does not open with `//! error: E…`".into());
    };
    let Built::Refused(diagnostics) = built else {
        return Err(format!("it compiles, and must be refused: {expected}"));
    };
    let mut words: String = diagnostics
        .iter()
        .filter(|one| !one.message.starts_with("aborting due to"))
        .map(rendered)
        .collect();
    words = without_machine(words.trim_end(), root);
    end_with_newline(&mut words);
    let Verdict::Refused(said) = Verdict::refused(diagnostics) else { unreachable!() };
    if !said.iter().any(|error| error.is(&expected)) {
        return Err(format!("rustc does not say {expected}, but:\n{words}"));
    }
    Ok(words)
}
