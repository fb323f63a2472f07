//! The exercises of a chapter, where its pages give them.

use std::fs;

use crate::keep::pages::book::{Book, Page};
use crate::keep::pages::problem::Problem;
use crate::patterns::patterns;
use crate::repo::paths::{numbered, shown};
use crate::repo::workspace::{Chapter, Course, Exercise};

patterns! {
    CARD = r#"^<div class="exercise" id="exercise-([a-z0-9-]+)">$"#;
    MENTION = r#"class="exercise""#;
    WORDS = r"^\*\*Exercise: (.+?)\*\* \((\d+) minutes\)\. (.+) `([^`]+)`$";
    LISTED = r"^- \[(.+)\]\(([\w-]+\.md)?#exercise-([a-z0-9-]+)\), (\d+) minutes$";
}

/// The card of an exercise on a page.
struct Card<'p> {
    page: &'p Page,
    line: usize,
    slug: String,
    /// What stands on it before its console block.
    words: String,
    /// The lines of its console block.
    commands: Vec<String>,
}

/// Each exercise of the manifest has one card, on its chapter's page or the deeper one, in the
/// manifest's order and with its title, minutes, file, and command. The section "Exercises" at
/// the end of the page lists the same ones. A title is the same everywhere.
pub fn exercises(book: &Book, course: &Course) -> Vec<Problem> {
    let mut problems = Vec::new();
    for chapter in &course.chapters {
        let Some(page) = book.first_reading(chapter) else { continue };
        let deeper = book.page(&format!("book/src/{}-deeper.md", chapter.slug));
        let mut cards = Vec::new();
        for page in [Some(page), deeper].into_iter().flatten() {
            cards.extend(cards_of(page, &mut problems));
        }
        for card in &cards {
            match chapter.exercises.iter().find(|one| one.slug == card.slug) {
                Some(exercise) => problems.extend(of_card(card, chapter, exercise, book)),
                None => {
                    let what = format!("the manifest has no exercise `{}`", card.slug);
                    problems.push(card.page.problem(card.line, what));
                }
            }
        }
        let known = |slug: &String| chapter.exercises.iter().any(|one| one.slug == *slug);
        let given: Vec<&String> =
            cards.iter().map(|card| &card.slug).filter(|slug| known(slug)).collect();
        let wanted: Vec<&String> =
            chapter.exercises.iter().map(|one| &one.slug).collect();
        problems.extend(of_order(page, "the cards", &given, &wanted));
        problems.extend(of_list(page, deeper, chapter, &cards));
        for exercise in &chapter.exercises {
            problems.extend(of_files(book, exercise));
        }
    }
    problems
}

/// Reads the cards of a page.
fn cards_of<'p>(page: &'p Page, problems: &mut Vec<Problem>) -> Vec<Card<'p>> {
    let mut cards = Vec::new();
    let mut lines = numbered(&page.text);
    while let Some((line, text)) = lines.next() {
        if !MENTION.is_match(text) || text.contains('`') {
            continue;
        }
        let Some(opening) = CARD.captures(text.trim_end()) else {
            let what =
                "a card opens with `<div class=\"exercise\" id=\"exercise-NAME\">`";
            problems.push(page.problem(line, what));
            continue;
        };
        let (mut words, mut commands) = (Vec::new(), Vec::new());
        let mut fenced = false;
        for (_, text) in lines.by_ref() {
            match text.trim() {
                "</div>" => break,
                text if text.starts_with("```") => fenced = !fenced,
                "" => {}
                text if fenced => commands.push(text.to_string()),
                text => words.push(text),
            }
        }
        let (slug, words) = (opening[1].to_string(), words.join(" "));
        cards.push(Card { page, line, slug, words, commands });
    }
    cards
}

fn of_card(
    card: &Card<'_>,
    chapter: &Chapter,
    exercise: &Exercise,
    book: &Book,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut problem = |what: String| problems.push(card.page.problem(card.line, what));
    let Exercise { slug, title, minutes, .. } = exercise;
    let file = format!("chapters/{}/exercises/{slug}/exercise.rs", chapter.slug);
    match WORDS.captures(&card.words) {
        None => problem(format!(
            "the card of `{slug}` is to read `**Exercise: {title}** ({minutes} minutes). GOAL \
             `{file}``"
        )),
        Some(words) => {
            if words[1] != **title {
                problem(format!(
                    "`{slug}` is called \"{title}\" in the manifest, and \"{}\" here",
                    &words[1]
                ));
            }
            if words[2] != minutes.to_string() {
                problem(format!("`{slug}` takes {minutes} minutes, by the manifest"));
            }
            if words[4] != file || !book.root.join(&file).exists() {
                problem(format!("the file of `{slug}` is `{file}`"));
            }
        }
    }
    let right = format!("$ cargo course check {slug}");
    if card.commands != [right.clone()] {
        problem(format!("the command of `{slug}` is `{right}`, in a console block"));
    }
    problems
}

/// What is missing, doubled, or in the wrong place.
fn of_order(
    page: &Page,
    what: &str,
    given: &[&String],
    wanted: &[&String],
) -> Option<Problem> {
    if given == wanted {
        return None;
    }
    let list = |slugs: &[&String]| {
        let slugs: Vec<&str> = slugs.iter().map(|slug| slug.as_str()).collect();
        if slugs.is_empty() { "none".to_string() } else { slugs.join(", ") }
    };
    let what =
        format!("{what} are {}; by the manifest they are {}", list(given), list(wanted));
    Some(page.problem(0, what))
}

/// The section "Exercises".
fn of_list(
    page: &Page,
    deeper: Option<&Page>,
    chapter: &Chapter,
    cards: &[Card<'_>],
) -> Vec<Problem> {
    if chapter.exercises.is_empty() {
        return Vec::new();
    }
    let mut problems = Vec::new();
    let mut headings = page.marks.headings.iter().filter(|one| one.level <= 2);
    let Some(start) = headings.by_ref().find(|one| one.text == "Exercises") else {
        return vec![page.problem(0, "there is no section \"Exercises\"")];
    };
    let end = headings.next().map_or(usize::MAX, |one| one.line);
    let mut listed = Vec::new();
    let mut without_tool = false;
    for (line, text) in
        numbered(&page.text).filter(|(n, _)| (start.line..end).contains(n))
    {
        let mut problem = |what: String| problems.push(page.problem(line, what));
        without_tool |=
            text.contains(&format!("cargo test --test {:02}-", chapter.number));
        if text.starts_with('|') {
            problem("the exercises are a list, not a table".into());
        }
        if !text.starts_with("- ") {
            continue;
        }
        let Some(item) = LISTED.captures(text.trim_end()) else {
            problem("an item is `- [TITLE](#exercise-NAME), N minutes`".into());
            continue;
        };
        let Some(exercise) = chapter.exercises.iter().find(|one| one.slug == item[3])
        else {
            problem(format!("the manifest has no exercise `{}`", &item[3]));
            continue;
        };
        let Exercise { slug, title, minutes, .. } = exercise;
        let place = match cards.iter().find(|card| card.slug == *slug) {
            Some(card) if deeper.is_some_and(|page| page.file == card.page.file) => {
                format!("{}-deeper.md", chapter.slug)
            }
            _ => String::new(),
        };
        let right = format!("- [{title}]({place}#exercise-{slug}), {minutes} minutes");
        if text.trim_end() != right {
            problem(format!("the item is to be `{right}`"));
        }
        listed.push(slug);
    }
    let wanted: Vec<&String> = chapter.exercises.iter().map(|one| &one.slug).collect();
    problems.extend(of_order(page, "the exercises of the list", &listed, &wanted));
    if !without_tool {
        let what = format!(
            "\"Exercises\" does not say `cargo test --test {:02}-…`, for those without the tool",
            chapter.number
        );
        problems.push(page.problem(start.line, what));
    }
    problems
}

/// The titles of the files that open with them. The reader's file is the reader's to change, so
/// its copy in the museum is read.
fn of_files(book: &Book, exercise: &Exercise) -> Vec<Problem> {
    let mut problems = Vec::new();
    let stub = exercise.stub();
    for (path, right) in [
        (&stub, format!("//! # {}", exercise.title)),
        (&exercise.hints, format!("# {}", exercise.title)),
    ] {
        let Ok(text) = fs::read_to_string(path) else { continue };
        if text.lines().next().unwrap_or_default().trim_end() != right {
            let what = format!("the first line is to be `{right}`");
            problems.push(Problem { file: shown(&book.root, path), line: 1, what });
        }
    }
    problems
}
