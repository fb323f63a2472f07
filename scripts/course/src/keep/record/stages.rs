//! How a stage differs from the one before it.

use anyhow::Result;
use similar::TextDiff;

use crate::keep::record::made::{Made, recorded};
use crate::repo::sources::without_anchors;
use crate::repo::workspace::{Chapter, Course, Example};

/// How a chapter's stage differs from the one before it: the whole diff, and each hunk.
pub(super) fn stage_diffs(course: &Course, chapter: &Chapter) -> Result<Vec<Made>> {
    let stage = |chapter: &Chapter| {
        chapter.examples.iter().find(|example| example.name == chapter.slug).cloned()
    };
    let earlier = chapter
        .previous_stage
        .as_ref()
        .and_then(|slug| course.chapters.iter().find(|earlier| earlier.slug == *slug));
    let (Some(old), Some(new)) = (earlier.and_then(stage), stage(chapter)) else {
        return Ok(Vec::new());
    };
    let read = |example: &Example| example.sources().map(|text| without_anchors(&text));
    let (old_text, new_text) = (read(&old)?, read(&new)?);
    let diff = TextDiff::from_lines(&old_text, &new_text);
    let hunks: Vec<String> =
        diff.unified_diff().iter_hunks().map(|hunk| hunk.to_string()).collect();
    if hunks.is_empty() {
        return Ok(Vec::new());
    }
    let header =
        format!("--- {}\n+++ {}\n", course.shown(&old.path), course.shown(&new.path));
    let named = |name: String, content: String| Made {
        file: recorded(chapter, &name),
        content: Ok(content),
        rustc: false,
    };
    let mut made = vec![named("stage.diff".into(), header + &hunks.concat())];
    for (index, hunk) in hunks.into_iter().enumerate() {
        made.push(named(format!("stage-{}.diff", index + 1), hunk));
    }
    Ok(made)
}
