//! Paths of one machine.

use std::path::Path;

use anyhow::Result;

use crate::keep::pages::problem::Problem;
use crate::keep::pages::rules::every_line::in_text_files;
use crate::patterns::patterns;

patterns! {
    MACHINE_PATH = r"(?:^|[^\w.~<>*/-])((?:/home|/Users|/root|/work|/rustc)/[\w.@-]+|\b[A-Z]:\\\w+)";
}

/// No text names a folder of somebody's machine.
pub fn machine_paths(root: &Path) -> Result<Vec<Problem>> {
    in_text_files(root, |path, line| {
        if path.ends_with("exercise.rs") {
            return None;
        }
        let found = MACHINE_PATH.captures(line)?;
        Some(format!("`{}` is a path of one machine", &found[1]))
    })
}
