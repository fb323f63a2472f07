//! What pages ask before they show it.

use std::collections::BTreeMap;

use crate::keep::pages::book::Book;
use crate::keep::pages::problem::Problem;
use crate::keep::pages::reader::{Kind, Part, text_of};
use crate::patterns::patterns;
use crate::repo::catalogue::Catalogue;
use crate::repo::predictions::{Kind as Asked, Prediction, of_page, says};
use crate::repo::workspace::Course;

patterns! {
    ID = r"^predict-(\d\d)-[a-z0-9-]+$";
}

/// How many a chapter's page asks at least.
const AT_LEAST: usize = 2;

/// Every prediction is whole and judged by its recording: of a choice, one answer is right, and
/// wrong ones name mistakes of the catalogue. A chapter's page has two or more, and nothing on it
/// gives an outcome away.
pub fn predictions(book: &Book, course: &Course, catalogue: &Catalogue) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for page in &book.pages {
        let path = book.root.join(&page.file);
        let (predictions, faults) = of_page(&book.root, &path, &page.text);
        let count = predictions.len() + faults.len();
        problems.extend(faults.into_iter().map(|one| page.problem(one.line, one.what)));

        let name = page.file.rsplit('/').next().unwrap_or_default();
        let is_chapter = course.chapters.iter().any(|one| {
            book.first_reading(one).is_some_and(|first| first.file == page.file)
        });
        if is_chapter && count < AT_LEAST {
            let what = format!(
                "a chapter asks for {AT_LEAST} predictions at least, and this for {count}"
            );
            problems.push(page.problem(0, what));
        }
        let parts =
            if predictions.is_empty() { Vec::new() } else { page.parts(&book.root) };
        for one in &predictions {
            let mut problem =
                |line, what: String| problems.push(page.problem(line, what));
            match ID.captures(&one.id) {
                Some(id) if name.starts_with(&format!("{}-", &id[1])) => {}
                _ => problem(
                    one.line,
                    format!(
                        "`{}` is not `predict-NN-…` with this chapter's number",
                        one.id
                    ),
                ),
            }
            let here = format!("{}:{}", page.file, one.line);
            if let Some(before) = seen.insert(one.id.clone(), here) {
                problem(one.line, format!("`{}` is asked in {before} already", one.id));
            }
            for (line, what) in of_answers(one, catalogue) {
                problem(line, what);
            }
            if let Some((line, what)) = given_away(&parts, one) {
                problem(line, what);
            }
        }
    }
    problems
}

fn of_answers(one: &Prediction, catalogue: &Catalogue) -> Vec<(usize, String)> {
    let mut problems = Vec::new();
    let right = one.right();
    if matches!(one.kind, Asked::Choice) && right.len() != 1 {
        let lines: Vec<usize> =
            right.iter().map(|index| one.answers[*index].line).collect();
        let what = match lines.as_slice() {
            [] => "none of the answers stands in the recording".to_string(),
            _ => format!("the answers in lines {lines:?} all stand in the recording"),
        };
        problems.push((one.line, format!("`{}`: {what}", one.id)));
    }
    for (index, answer) in one.answers.iter().enumerate() {
        let Some(mistake) = &answer.mistake else { continue };
        if catalogue.get(mistake).is_none() {
            problems.push((answer.line, format!("mistakes.md has no `{mistake}`")));
        }
        if right.contains(&index) {
            problems.push((answer.line, "a right answer names no mistake".into()));
        }
    }
    problems
}

/// Where the page says openly what a choice's right answer says. Single words and numbers are no
/// sign: they stand everywhere.
fn given_away(parts: &[Part], one: &Prediction) -> Option<(usize, String)> {
    let [right] = one.right()[..] else { return None };
    let answer = &one.answers[right];
    if answer.says.split_whitespace().count() < 2 {
        return None;
    }
    for part in parts {
        let asked = answer.line.max(one.line);
        if part.folded || (one.line..=asked).contains(&part.line) {
            continue;
        }
        let text = match &part.kind {
            Kind::Heading(_, runs) | Kind::Prose(runs) => text_of(runs),
            // What a later excerpt shows comes after the answer.
            Kind::Block(_) if part.line > one.line => continue,
            Kind::Block(block) => {
                let lines = block.pieces.iter().flat_map(|piece| &piece.lines);
                lines.map(|(_, line)| line.as_str()).collect::<Vec<_>>().join("\n")
            }
        };
        if says(&text, &answer.says) {
            let what = format!("\"{}\" gives `{}` away", answer.says, one.id);
            return Some((part.line, what));
        }
    }
    None
}
