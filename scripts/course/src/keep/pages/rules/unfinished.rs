//! Marks of what is left to do.

use std::path::Path;

use anyhow::Result;

use crate::keep::pages::problem::Problem;
use crate::keep::pages::rules::every_line::in_text_files;
use crate::patterns::patterns;

patterns! {
    COMMENT = r#"^[^"]*//.*"#;
    UNFINISHED = r"\b(?:TO(?:DO)|FIX(?:ME))\b";
}

/// Nothing is marked as unfinished but what the reader is to finish.
pub fn unfinished(root: &Path) -> Result<Vec<Problem>> {
    in_text_files(root, |path, line| {
        let is_stub = path.ends_with("stub.rs") || path.ends_with("exercise.rs");
        let is_recorded = path.components().any(|part| part.as_os_str() == "recorded");
        // The tool's own tests make up courses, stubs and all.
        let is_made_up = path.starts_with(root.join("scripts/course/tests"));
        if is_stub || is_recorded || is_made_up {
            return None;
        }
        let prose = match path.extension().and_then(|extension| extension.to_str()) {
            // Code in Markdown may speak of the marks in a stub.
            Some("md") => line.split('`').step_by(2).collect::<Vec<_>>().join(" "),
            // So may a string in Rust; what is left to do is said in a comment.
            Some("rs") => COMMENT.find(line)?.as_str().to_string(),
            _ => line.to_string(),
        };
        let mark = UNFINISHED.find(&prose)?;
        Some(format!("a `{}` is left", mark.as_str()))
    })
}
