//! Recordings that are shown where includes do not work, as in `README.md`.

use std::fs;

use anyhow::{Context, Result};

use crate::keep::pages::blocks::recorded_blocks;
use crate::repo::sources::text_files;
use crate::repo::workspace::Course;
use crate::text::{self, GREEN, paint};

/// Writes each recording into the blocks that show it where includes do not work. Returns how
/// many files changed.
pub(super) fn write_blocks(course: &Course) -> Result<usize> {
    let mut changed = 0;
    for path in text_files(&course.root)? {
        let is_page = path.starts_with(course.root.join("book/src"));
        if is_page || path.extension().is_none_or(|extension| extension != "md") {
            continue;
        }
        let old = fs::read_to_string(&path)
            .with_context(|| format!("cannot read {}", path.display()))?;
        let mut new = old.clone();
        for block in recorded_blocks(&old).0.iter().rev() {
            if let Ok(recording) = fs::read_to_string(course.root.join(&block.path)) {
                new.replace_range(block.content.clone(), &recording);
            }
        }
        if new != old {
            fs::write(&path, new)
                .with_context(|| format!("cannot write {}", path.display()))?;
            text::say(&format!(
                "{} {} (changed)\n",
                paint(GREEN, "+"),
                course.shown(&path)
            ));
            changed += 1;
        }
    }
    Ok(changed)
}
