//! How a chapter's page says to begin a project of one's own.

use std::path::PathBuf;

use crate::keep::pages::book::{Book, Page};
use crate::keep::pages::problem::Problem;
use crate::keep::pages::reader::{Block, Kind, text_of};
use crate::patterns::patterns;
use crate::repo::workspace::{Chapter, Course};

patterns! {
    ADD = r"^\$ cargo add ([A-Za-z0-9_-]+)((?: --[a-z-]+(?: [\w,/-]+)?)*)$";
    FEATURES = r"^(?: --features ([\w,/-]+))?$";
}

/// The heading of the box, that of the section it stands before, and of the one that may stand
/// between them.
const BOX: &str = "In a project of your own";
const NEXT: &str = "What you now know";
const EXERCISES: &str = "Exercises";

/// What a page says to add to a new package, and to put into its `src/main.rs`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// `04-channels`
    pub chapter: String,
    /// The page and the line of its box.
    pub page: String,
    /// The line of the heading.
    pub line: usize,
    /// The crates, and the features that are asked for.
    pub crates: Vec<(String, Vec<String>)>,
    /// The program, absolute.
    pub main: PathBuf,
}

/// The boxes of all chapters' pages, and what is wrong with them or missing.
pub fn projects(book: &Book, course: &Course) -> (Vec<Project>, Vec<Problem>) {
    let (mut projects, mut problems) = (Vec::new(), Vec::new());
    for chapter in &course.chapters {
        let Some(page) = book.first_reading(chapter) else { continue };
        match project(book, page, chapter) {
            Ok(project) => projects.push(project),
            Err(problem) => problems.push(problem),
        }
    }
    (projects, problems)
}

fn project(book: &Book, page: &Page, chapter: &Chapter) -> Result<Project, Problem> {
    let parts = page.parts(&book.root);
    let is_section = |kind: &Kind| matches!(kind, Kind::Heading(level, _) if *level <= 2);
    let found = parts.iter().position(
        |part| matches!(&part.kind, Kind::Heading(2, runs) if text_of(runs) == BOX),
    );
    let Some(start) = found else {
        return Err(page.problem(0, format!("there is no section \"{BOX}\"")));
    };
    let line = parts[start].line;
    let problem = |what: String| Err(page.problem(line, what));
    let inside = &parts[start + 1..];
    let end = inside.iter().position(|part| is_section(&part.kind));
    let end = end.unwrap_or(inside.len());
    let mut after = inside[end..].iter().filter_map(|part| match &part.kind {
        Kind::Heading(level, runs) if *level <= 2 => Some(text_of(runs)),
        _ => None,
    });
    if after.find(|heading| heading != EXERCISES).as_deref() != Some(NEXT) {
        return problem(format!("\"{BOX}\" stands before \"{NEXT}\""));
    }
    let blocks = |kind: &str| -> Vec<&Block> {
        let blocks = inside[..end].iter().filter_map(|part| match &part.kind {
            Kind::Block(block) if block.kind == kind => Some(block),
            _ => None,
        });
        blocks.collect()
    };
    let mut crates = Vec::new();
    for (_, command) in blocks("console")
        .iter()
        .flat_map(|block| &block.pieces)
        .flat_map(|one| &one.lines)
    {
        let command = command.split("  #").next().unwrap_or_default().trim_end();
        if command.starts_with("$ cargo new") || command.starts_with("$ cd ") {
            continue;
        }
        let add = ADD.captures(command);
        let Some(add) = add.filter(|add| FEATURES.is_match(&add[2])) else {
            return problem(format!(
                "`{command}` is not `$ cargo add NAME --features A,B`"
            ));
        };
        let features = FEATURES.captures(&add[2]).expect("it matched");
        let features = features.get(1).map_or("", |list| list.as_str());
        let features = features.split(',').filter(|one| !one.is_empty());
        crates.push((add[1].to_string(), features.map(str::to_string).collect()));
    }
    if crates.is_empty() {
        return problem("no console block says what to `cargo add`".into());
    }
    let path = format!("chapters/{}/in-a-project.rs", chapter.slug);
    let main = book.root.join(&path);
    let says_path = inside[..end].iter().any(
        |part| matches!(&part.kind, Kind::Prose(runs) if text_of(runs).contains(&path)),
    );
    if !says_path {
        return problem(format!("`{path}` does not stand above the program"));
    }
    let whole = std::fs::read_to_string(&main).unwrap_or_default();
    let shows_it = blocks("rust").iter().flat_map(|block| &block.pieces).any(|piece| {
        piece.file.as_ref() == Some(&main) && piece.lines.len() == whole.lines().count()
    });
    if !shows_it {
        return problem(format!("the program is to be the whole of `{path}`"));
    }
    let (chapter, page) = (chapter.slug.clone(), page.file.clone());
    Ok(Project { chapter, page, line, crates, main })
}
