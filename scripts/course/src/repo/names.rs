//! Which exercise a reader means.
//!
//! A name can be shortened while it stays unambiguous, with or without its chapter's number:
//! `02-count-the-tasks`, `count-the-tasks`, `2-count`, `2 count`, `count`, `tasks`. A path to
//! the exercise's folder, or to a file in it, is a name too.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::repo::workspace::{Chapter, Course, Exercise};
use crate::text;

/// Finds the exercise that `query` names; `here` is the folder that paths start from. Where a name
/// fits several, the one in the chapter with the number `at` is meant, if there is one.
///
/// # Errors
///
/// Fails with the candidates if several fit, and with the nearest names if none does.
pub fn resolve<'a>(
    course: &'a Course,
    query: &str,
    here: &Path,
    at: Option<u32>,
) -> Result<&'a Exercise> {
    let looks_like_a_path = query.contains(['/', '\\']) || query.starts_with('.');
    if !looks_like_a_path && let Some(found) = by_name(course, query, at)? {
        return Ok(found);
    }
    if let Some(found) = by_path(course, &[here.join(query), course.root.join(query)]) {
        return Ok(found);
    }
    let nearest = nearest(course, query);
    if nearest.is_empty() {
        bail!("no exercise is called `{query}`: `cargo course list` shows them all");
    }
    bail!("no exercise is called `{query}`; near it: {}", nearest.join(", "))
}

/// The chapter in whose folder this one is.
pub fn chapter_around<'a>(course: &'a Course, here: &Path) -> Option<&'a Chapter> {
    let here = here.canonicalize().ok()?;
    let inside = |dir: &Path| dir.canonicalize().is_ok_and(|dir| here.starts_with(dir));
    course.chapters.iter().find(|chapter| inside(&chapter.dir))
}

/// The chapter that `query` names, if it names one as a whole: `3`, `03`, `03-shared-state`.
pub fn chapter<'a>(course: &'a Course, query: &str) -> Option<&'a Chapter> {
    course
        .chapters
        .iter()
        .find(|chapter| query == chapter.slug || query.parse() == Ok(chapter.number))
}

fn by_name<'a>(
    course: &'a Course,
    query: &str,
    at: Option<u32>,
) -> Result<Option<&'a Exercise>> {
    let (number, words) = split(query);
    let candidates: Vec<(&Chapter, &Exercise)> = course
        .exercises()
        .filter(|(chapter, _)| number.is_none_or(|number| number == chapter.number))
        .collect();
    let fits: [&dyn Fn(&str) -> bool; 4] = [
        &|slug| slug == words,
        &|slug| slug.starts_with(&words),
        &|slug| slug.contains(&format!("-{words}")),
        &|slug| slug.contains(&words),
    ];
    for fit in fits {
        let found: Vec<(&Chapter, &Exercise)> =
            candidates.iter().copied().filter(|(_, one)| fit(&one.slug)).collect();
        let mut here = found.iter().filter(|(chapter, _)| at == Some(chapter.number));
        match (&found[..], here.next(), here.next()) {
            ([], ..) => {}
            ([(_, one)], ..) | (_, Some((_, one)), None) => return Ok(Some(one)),
            _ => {
                let names: Vec<_> =
                    found.iter().map(|(_, one)| one.name.as_str()).collect();
                bail!(
                    "`{query}` could be {}: {}",
                    text::count(names.len(), "exercise"),
                    names.join(", ")
                );
            }
        }
    }
    Ok(None)
}

/// `2 Count the` becomes chapter 2 and `count-the`.
fn split(query: &str) -> (Option<u32>, String) {
    let words: Vec<String> = query
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    match words.first().and_then(|word| word.parse().ok()) {
        Some(number) => (Some(number), words[1..].join("-")),
        None => (None, words.join("-")),
    }
}

fn by_path<'a>(course: &'a Course, paths: &[PathBuf]) -> Option<&'a Exercise> {
    let path = paths.iter().find_map(|path| path.canonicalize().ok())?;
    let inside = |dir: &Path| dir.canonicalize().is_ok_and(|dir| path.starts_with(dir));
    course
        .exercises()
        .map(|(_, exercise)| exercise)
        .find(|one| inside(&one.dir) || inside(&one.solution_dir))
}

fn nearest(course: &Course, query: &str) -> Vec<String> {
    let (_, words) = split(query);
    let words = words.trim_end_matches("-rs");
    let mut scored: Vec<(f64, &Exercise)> = course
        .exercises()
        .map(|(_, one)| {
            // Somebody who types `coutn` means the beginning, or one word, of a name.
            let word = |slug: &str| strsim::normalized_damerau_levenshtein(words, slug);
            let score = one.slug.split('-').map(word).fold(word(&one.slug), f64::max);
            (score.max(strsim::jaro_winkler(words, &one.slug)), one)
        })
        .filter(|(score, _)| *score >= 0.6)
        .collect();
    scored.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    scored.into_iter().take(3).map(|(_, one)| one.name.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn course() -> Course {
        let chapter = |number: u32, folder: &str, slugs: &[&str]| Chapter {
            number,
            slug: format!("{number:02}-{folder}"),
            package: folder.into(),
            title: String::new(),
            dir: PathBuf::new(),
            examples: vec![],
            compile_fail: vec![],
            recordings: BTreeMap::new(),
            previous_stage: None,
            exercises: slugs
                .iter()
                .map(|slug| Exercise {
                    name: format!("{number:02}-{slug}"),
                    slug: (*slug).into(),
                    title: String::new(),
                    minutes: 5,
                    starts: String::new(),
                    meets: vec![],
                    dir: PathBuf::from("/nowhere").join(slug),
                    file: PathBuf::new(),
                    check: PathBuf::new(),
                    hints: PathBuf::new(),
                    solution_dir: PathBuf::from("/nowhere/solutions").join(slug),
                })
                .collect(),
        };
        Course {
            root: PathBuf::from("/nowhere"),
            target_dir: PathBuf::new(),
            chapters: vec![
                chapter(1, "hello", &["fetch-all", "start-it"]),
                chapter(2, "spawning", &["count-the-tasks", "count", "start-them-all"]),
            ],
        }
    }

    fn named(query: &str) -> Result<String, String> {
        named_in(None, query)
    }

    fn named_in(at: Option<u32>, query: &str) -> Result<String, String> {
        resolve(&course(), query, Path::new("/nowhere"), at)
            .map(|one| one.name.clone())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn a_name_can_be_shortened_while_it_is_unambiguous() {
        for query in
            ["01-fetch-all", "fetch-all", "1-fetch", "1 fetch", "fetch", "FETCH_ALL"]
        {
            assert_eq!(named(query).as_deref(), Ok("01-fetch-all"), "{query}");
        }
        assert_eq!(named("tasks").as_deref(), Ok("02-count-the-tasks"));
    }

    #[test]
    fn a_whole_name_wins_over_a_longer_one_that_begins_with_it() {
        assert_eq!(named("count").as_deref(), Ok("02-count"));
    }

    #[test]
    fn a_number_alone_is_a_chapter() {
        let course = course();
        let number = |query| chapter(&course, query).map(|chapter| chapter.number);
        for query in ["2", "02", "02-spawning"] {
            assert_eq!(number(query), Some(2), "{query}");
        }
        for query in ["3", "2-count", "count", ""] {
            assert_eq!(number(query), None, "{query}");
        }
    }

    #[test]
    fn an_ambiguous_name_lists_the_candidates() {
        let error = named("start").unwrap_err();
        assert_eq!(error, "`start` could be 2 exercises: 01-start-it, 02-start-them-all");
        assert_eq!(named("1-start").as_deref(), Ok("01-start-it"));
        assert!(named("2").unwrap_err().starts_with("`2` could be 3 exercises"));
    }

    #[test]
    fn an_ambiguous_name_means_the_chapter_that_one_is_in() {
        assert_eq!(named_in(Some(1), "start").as_deref(), Ok("01-start-it"));
        assert_eq!(named_in(Some(2), "start").as_deref(), Ok("02-start-them-all"));
        assert!(named_in(Some(3), "start").is_err());
        // Two of this chapter are no less ambiguous, and what is clear stays so.
        assert!(named_in(Some(2), "2").is_err());
        assert_eq!(named_in(Some(2), "fetch").as_deref(), Ok("01-fetch-all"));
    }

    #[test]
    fn an_unknown_name_gets_the_nearest_ones() {
        assert_eq!(
            named("fech").unwrap_err(),
            "no exercise is called `fech`; near it: 01-fetch-all"
        );
        assert_eq!(
            named("zzz").unwrap_err(),
            "no exercise is called `zzz`: `cargo course list` shows them all"
        );
    }
}
