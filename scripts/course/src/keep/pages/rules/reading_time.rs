//! How long a page takes to read.

use crate::keep::pages::book::{Book, Page};
use crate::keep::pages::problem::Problem;
use crate::keep::pages::reader::{Kind, text_of};
use crate::patterns::patterns;
use crate::repo::paths::numbered;
use crate::repo::workspace::{Chapter, Course};

/// Words of prose that a reader reads in a minute.
const WORDS: f64 = 180.0;
/// Lines of code, output, differences, or commands.
const LINES: f64 = 12.0;
/// The longest first reading, in minutes.
const AT_MOST: f64 = 45.0;
/// How many words of prose a first reading has.
const PROSE: std::ops::RangeInclusive<usize> = 1_200..=2_500;

patterns! {
    FRONT = r"^\*\d+ minutes to read.*\*\s*$";
}

/// How long a page takes to read, section by section.
#[derive(Debug, Clone)]
pub struct Times {
    /// From heading to heading, in order. What stands above the first has no heading.
    pub sections: Vec<Section>,
}

/// What stands between two headings.
#[derive(Debug, Clone, Default)]
pub struct Section {
    /// The heading.
    pub heading: String,
    /// Its line.
    pub line: usize,
    /// Words of prose.
    pub words: usize,
    /// Lines of code, output, differences, or commands.
    pub lines: usize,
}

impl Section {
    /// How long it takes.
    pub fn minutes(&self) -> f64 {
        self.words as f64 / WORDS + self.lines as f64 / LINES
    }
}

impl Times {
    /// Measures a page.
    pub fn of(book: &Book, page: &Page) -> Times {
        let front = numbered(&page.text).find(|(_, line)| FRONT.is_match(line));
        let front = front.map(|(number, _)| number);
        let mut sections = vec![Section::default()];
        for part in page.parts(&book.root) {
            if part.folded {
                continue;
            }
            let section = sections.last_mut().expect("there is always one");
            match &part.kind {
                Kind::Heading(_, runs) => sections.push(Section {
                    heading: text_of(runs),
                    line: part.line,
                    words: words(&text_of(runs)),
                    lines: 0,
                }),
                Kind::Prose(_) if Some(part.line) == front => {}
                Kind::Prose(runs) => section.words += words(&text_of(runs)),
                Kind::Block(block) if part.on_card && block.kind == "console" => {}
                Kind::Block(block) => section.lines += block.height(),
            }
        }
        sections.retain(|section| section.minutes() > 0.0);
        Times { sections }
    }

    /// Words of prose.
    pub fn words(&self) -> usize {
        self.sections.iter().map(|section| section.words).sum()
    }

    /// Lines of code, output, differences, or commands.
    pub fn lines(&self) -> usize {
        self.sections.iter().map(|section| section.lines).sum()
    }

    /// How long it takes.
    pub fn minutes(&self) -> f64 {
        self.sections.iter().map(Section::minutes).sum()
    }

    /// The line below the title of a chapter's page.
    pub fn front(&self, chapter: &Chapter) -> String {
        let read = (self.minutes() / 5.0).ceil() * 5.0;
        match chapter.exercises.iter().map(|one| one.minutes).sum::<u32>() {
            0 => format!("*{read} minutes to read.*"),
            sum => format!("*{read} minutes to read, {sum} for the exercises.*"),
        }
    }

    /// The sections that take longest.
    fn heaviest(&self) -> Vec<&Section> {
        let mut sections: Vec<&Section> = self.sections.iter().collect();
        sections.sort_by(|a, b| b.minutes().total_cmp(&a.minutes()));
        sections.truncate(3);
        sections
    }
}

/// A word has a letter or a digit.
fn words(text: &str) -> usize {
    text.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).count()
}

/// A chapter's page is a first reading: 45 minutes at most, 1,200 to 2,500 words of prose, and
/// below its title the line that says how long it and its exercises take.
pub fn reading_time(book: &Book, course: &Course) -> Vec<Problem> {
    let mut problems = Vec::new();
    for chapter in &course.chapters {
        let Some(page) = book.first_reading(chapter) else { continue };
        let times = Times::of(book, page);
        let minutes = times.minutes();
        if minutes > AT_MOST {
            let heaviest = times.heaviest().into_iter().map(|one| {
                format!("{:.1} \"{}\" (line {})", one.minutes(), one.heading, one.line)
            });
            let heaviest = heaviest.collect::<Vec<_>>().join(", ");
            let what = format!(
                "{minutes:.1} minutes to read are more than {AT_MOST}; the heaviest sections: {heaviest}"
            );
            problems.push(page.problem(0, what));
        }
        let words = times.words();
        if !PROSE.contains(&words) {
            let (least, most) = (PROSE.start(), PROSE.end());
            let what = format!("{words} words of prose are not {least} to {most}");
            problems.push(page.problem(0, what));
        }
        let right = times.front(chapter);
        let mut below = numbered(&page.text)
            .skip_while(|(_, line)| !line.starts_with("# "))
            .skip(1)
            .filter(|(_, line)| !line.trim().is_empty());
        if let Some((number, line)) = below.next()
            && line.trim_end() != right
        {
            let what = format!("the line below the title is to be `{right}`");
            problems.push(page.problem(number, what));
        }
    }
    problems
}

/// The times of all pages as a table, or those of these chapters section by section.
pub fn times(book: &Book, course: &Course, chapters: &[&Chapter]) -> String {
    let mut table = String::from("minutes  words  lines\n");
    let row = |name: &str, minutes: f64, words: usize, lines: usize| {
        format!("{minutes:>7.1}  {words:>5}  {lines:>5}  {name}\n")
    };
    for page in &book.pages {
        let name = page.file.trim_start_matches("book/src/");
        let wanted = |one: &&&Chapter| {
            let deeper = format!("{}-deeper.md", one.slug);
            name == format!("{}.md", one.slug) || name == deeper
        };
        if !chapters.is_empty() && !chapters.iter().any(|one| wanted(&one)) {
            continue;
        }
        let times = Times::of(book, page);
        table += &row(name, times.minutes(), times.words(), times.lines());
        if chapters.is_empty() {
            continue;
        }
        for one in &times.sections {
            let name = format!("    {}: {}", one.line, one.heading);
            table += &row(&name, one.minutes(), one.words, one.lines);
        }
        let owner = course.chapters.iter().find(|one| name == format!("{}.md", one.slug));
        if let Some(chapter) = owner {
            table += &format!("{}\n", times.front(chapter));
        }
    }
    table
}
