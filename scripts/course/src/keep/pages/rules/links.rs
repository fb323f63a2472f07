//! Links.

use std::collections::HashSet;

use crate::keep::pages::book::{Book, Page};
use crate::keep::pages::problem::Problem;
use crate::repo::paths::{normal, shown};

/// Every link leads somewhere: files exist, fragments are ids of their page. Links to other
/// hosts are left alone.
pub fn links(book: &Book) -> Vec<Problem> {
    let mut problems = Vec::new();
    for page in book.everything() {
        for (line, label) in &page.marks.undefined {
            let what = format!("nothing defines the link label `[{label}]`");
            problems.push(page.problem(*line, what));
        }
        for (line, target) in &page.marks.links {
            if let Err(what) = link(book, page, target) {
                problems.push(page.problem(*line, what));
            }
        }
        let mut seen = HashSet::new();
        for heading in page.marks.headings.iter().filter(|heading| heading.explicit) {
            if !seen.insert(&heading.id) {
                let what = format!("the id `{}` is given twice", heading.id);
                problems.push(page.problem(heading.line, what));
            }
        }
    }
    problems
}

fn link(book: &Book, page: &Page, target: &str) -> Result<(), String> {
    let is_elsewhere = target.contains("://") || target.starts_with("mailto:");
    if is_elsewhere {
        return Ok(());
    }
    let (path, fragment) = match target.split_once('#') {
        Some((path, fragment)) => (path, Some(fragment)),
        None => (target, None),
    };
    let file = if path.is_empty() {
        book.root.join(&page.file)
    } else if path.starts_with('/') {
        return Err(format!("`{target}` starts at the root of a host"));
    } else {
        normal(&page.dir.join(path))
    };
    // A page may be named as it is rendered.
    let rendered = file.extension().is_some_and(|extension| extension == "html");
    let file = if rendered { file.with_extension("md") } else { file };
    if !file.starts_with(&book.root) {
        return Err(format!("`{target}` leads out of the repository"));
    }
    if !file.exists() {
        return Err(format!("`{target}` leads nowhere: there is no such file"));
    }
    let Some(fragment) = fragment else { return Ok(()) };
    let file = shown(&book.root, &file);
    match book.everything().find(|page| page.file == file) {
        Some(page) if page.marks.ids().contains(fragment) => Ok(()),
        Some(page) => Err(format!(
            "`{target}` leads nowhere: {file} has no heading `#{fragment}`{}",
            nearest(fragment, page.marks.ids())
        )),
        None => Err(format!("`{target}` has a fragment, and {file} is no page")),
    }
}

fn nearest(wanted: &str, ids: HashSet<&str>) -> String {
    ids.into_iter()
        .map(|id| (strsim::jaro_winkler(wanted, id), id))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.partial_cmp(b).expect("likeness is a number"))
        .map(|(_, id)| format!("; did you mean `#{id}`?"))
        .unwrap_or_default()
}
