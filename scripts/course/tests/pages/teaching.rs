//! The plans of the page for those who teach: their minutes are those of the pages and of the
//! manifests.

use std::fs;
use std::sync::LazyLock;

use regex::Regex;

use super::COURSE;

const PAGE: &str = "book/src/teaching.md";

static ROW: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\| \[[^\]]+\]\(([\w-]+)\.md\) \| (\d+) \| (.+) \| (\d+) \|$").unwrap()
});
static EXERCISE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\[([^\]]+)\]\(([\w-]+)\.md#exercise-([\w-]+)\) (\d+)").unwrap()
});
static TOTAL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\| \*\*in all\*\* \| \| \| \*\*(\d+)\*\* \|$").unwrap()
});
static READS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?m)^\*(\d+) minutes to read").unwrap());

#[test]
fn the_plans_for_teaching_add_up() {
    let page = fs::read_to_string(COURSE.root.join(PAGE)).unwrap();
    let number = |text: &str| text.parse::<u32>().unwrap();
    let (mut rows, mut plans, mut sum) = (0, 0, 0);
    for line in page.lines() {
        if let Some(row) = ROW.captures(line) {
            let slug = &row[1];
            let chapter = COURSE.chapters.iter().find(|one| one.slug == slug).unwrap();
            let text = fs::read_to_string(COURSE.root.join(chapter.page())).unwrap();
            let reads = READS.captures(&text).unwrap()[1].to_string();
            assert_eq!(row[2], reads, "minutes to read {slug}");
            let mut minutes = number(&row[2]);
            for one in EXERCISE.captures_iter(&row[3]) {
                let exercise =
                    chapter.exercises.iter().find(|exercise| exercise.slug == one[3]);
                let exercise = exercise.unwrap_or_else(|| panic!("{}", &one[0]));
                assert_eq!((&one[1], &one[2]), (exercise.title.as_str(), slug), "{line}");
                assert_eq!(number(&one[4]), exercise.minutes, "{}", exercise.name);
                minutes += exercise.minutes;
            }
            let exercises = EXERCISE.find_iter(&row[3]).count();
            assert_eq!(row[3].matches("](").count(), exercises, "{line}");
            assert_eq!(number(&row[4]), minutes, "{line}");
            sum += minutes;
            rows += 1;
        } else if let Some(total) = TOTAL.captures(line) {
            assert_eq!(number(&total[1]), sum, "{line}");
            plans += 1;
            sum = 0;
        } else {
            assert!(!line.contains("#exercise-"), "no row of a plan: {line}");
        }
    }
    assert_eq!((plans, sum), (3, 0), "each plan has its sum");
    assert_eq!(rows, COURSE.chapters.len(), "each chapter is in a plan");
}
