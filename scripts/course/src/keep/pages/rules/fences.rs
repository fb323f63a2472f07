//! Blocks of code.

use std::path::Path;

use crate::keep::pages::book::Book;
use crate::keep::pages::markdown::Fence;
use crate::keep::pages::problem::Problem;
use crate::patterns::patterns;

patterns! {
    INCLUDE_LINE = r"^\{\{\s*#include\s+([^}]*?)\s*\}\}$";
}

/// What code blocks may hold: Rust, TOML, output and diffs only by include, output and diffs
/// only from a `recorded/` folder; typed by hand only commands, each after its `$ `.
pub fn fences(book: &Book) -> Vec<Problem> {
    let mut problems = Vec::new();
    for page in &book.pages {
        for fence in &page.marks.fences {
            let mut problem =
                |what: String| problems.push(page.problem(fence.line, what));
            if fence.indented {
                problem("code by indentation: use a fence".into());
                continue;
            }
            match fence.kind.as_str() {
                "rust" | "toml" | "text" | "diff" => {
                    for what in included_only(fence) {
                        problem(what);
                    }
                }
                "console" => {
                    for line in commands_only(fence) {
                        problem(format!("`{line}` is not a command after `$ `"));
                    }
                }
                "" => problem("a fence without a kind".into()),
                kind => problem(format!("`{kind}` is none of the kinds we use")),
            }
        }
    }
    problems
}

fn included_only(fence: &Fence) -> Vec<String> {
    let kind = &fence.kind;
    let mut problems = Vec::new();
    let mut includes = 0;
    for line in fence.content.lines().filter(|line| !line.trim().is_empty()) {
        let Some(include) = INCLUDE_LINE.captures(line.trim_end()) else {
            problems.push(format!("`{kind}` typed by hand: `{}`", line.trim()));
            continue;
        };
        includes += 1;
        let path = Path::new(include[1].split(':').next().unwrap_or_default());
        let is_recorded = path.components().any(|part| part.as_os_str() == "recorded");
        let extension = path.extension().and_then(|extension| extension.to_str());
        let fits = match kind.as_str() {
            "rust" => extension == Some("rs"),
            "toml" => extension == Some("toml"),
            _ => is_recorded,
        };
        if !fits {
            problems.push(match kind.as_str() {
                "text" | "diff" => {
                    format!("`{}` is not from a recorded/ folder", path.display())
                }
                _ => format!("`{}` is no {kind}", path.display()),
            });
        }
    }
    if includes == 0 && problems.is_empty() {
        problems.push(format!("an empty `{kind}` block"));
    }
    problems
}

/// The lines of a console block that are neither commands nor continue one.
fn commands_only(fence: &Fence) -> Vec<&str> {
    let mut wrong = Vec::new();
    let mut continues = false;
    for line in fence.content.lines() {
        if !continues && !line.starts_with("$ ") && !line.trim().is_empty() {
            wrong.push(line);
        }
        continues = line.ends_with('\\');
    }
    wrong
}
