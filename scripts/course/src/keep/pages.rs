//! What must hold of the book's pages, checked without rendering them.
//!
//! mdBook is lenient: a missing file leaves its `{{#include}}` on the page, a missing anchor
//! leaves an empty block, a broken link says nothing, and the exit status is 0 each time.
//! So each rule stands here as a function that returns the [`Problem`]s it finds, and
//! `tests/pages.rs` breaks a tiny book on purpose to see each of them turn red.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt;
use std::fs;
use std::ops::Range;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result};
use cargo_metadata::MetadataCommand;
use pulldown_cmark::{
    BrokenLink, CodeBlockKind, CowStr, Event, LinkType, Options, Parser, Tag, TagEnd,
};
use regex::Regex;

use crate::learn::timeline;
use crate::repo::names;
use crate::repo::workspace::Course;

/// Something that is wrong with a page, and where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file, relative to the root of the repository.
    pub file: String,
    /// The line, from 1; 0 where the whole file is meant.
    pub line: usize,
    /// What is wrong, as a sentence.
    pub what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.file, self.what),
            line => write!(f, "{}:{line}: {}", self.file, self.what),
        }
    }
}

/// One Markdown file, read once.
#[derive(Debug)]
pub struct Page {
    /// Relative to the root of the repository, with `/`: `book/src/preface.md`.
    pub file: String,
    /// The folder it is in, absolute.
    pub dir: PathBuf,
    /// Its text.
    pub text: String,
    /// What its Markdown says.
    pub marks: Marks,
}

impl Page {
    fn read(root: &Path, path: &Path) -> Result<Page> {
        let text =
            fs::read_to_string(path).with_context(|| path.display().to_string())?;
        let dir = path.parent().expect("a file is in a folder").to_path_buf();
        Ok(Page { file: shown(root, path), dir, marks: Marks::of(&text), text })
    }

    fn problem(&self, line: usize, what: impl Into<String>) -> Problem {
        Problem { file: self.file.clone(), line, what: what.into() }
    }
}

/// The parts of a Markdown text that rules speak of, each with its line.
#[derive(Debug, Default)]
pub struct Marks {
    /// Headings, in order.
    pub headings: Vec<Heading>,
    /// Targets of links and images.
    pub links: Vec<(usize, String)>,
    /// Blocks of code.
    pub fences: Vec<Fence>,
    /// Inline code.
    pub code: Vec<(usize, String)>,
    /// Terms that open a paragraph or a list item in bold.
    pub terms: Vec<(usize, String)>,
    /// Ids that raw HTML gives.
    pub html_ids: Vec<String>,
    /// `[text][label]` whose label nothing defines.
    pub undefined: Vec<(usize, String)>,
}

/// A heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// Its line.
    pub line: usize,
    /// 1 for `#`.
    pub level: usize,
    /// Its words, without markup.
    pub text: String,
    /// The id that a link's `#fragment` names.
    pub id: String,
    /// Whether the id is written out, as `{#id}`.
    pub explicit: bool,
}

/// A block of code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fence {
    /// Its first line, the fence itself.
    pub line: usize,
    /// The first word of the info string: `rust` of `rust,ignore`. Empty without one.
    pub kind: String,
    /// Whether it is code by indentation alone.
    pub indented: bool,
    /// What stands in it.
    pub content: String,
}

impl Marks {
    /// Reads a text as mdBook does.
    pub fn of(text: &str) -> Marks {
        let mut marks = Marks::default();
        let line_at = |offset: usize| text[..offset].matches('\n').count() + 1;

        let undefined = std::cell::RefCell::new(Vec::new());
        let on_broken = |link: BrokenLink<'_>| -> Option<(CowStr<'_>, CowStr<'_>)> {
            // `[word]` alone may be prose; `[word][label]` can only be meant as a link.
            if matches!(link.link_type, LinkType::Reference | LinkType::Collapsed) {
                undefined
                    .borrow_mut()
                    .push((line_at(link.span.start), link.reference.to_string()));
            }
            None
        };
        let options = Options::ENABLE_TABLES
            | Options::ENABLE_FOOTNOTES
            | Options::ENABLE_STRIKETHROUGH
            | Options::ENABLE_TASKLISTS
            | Options::ENABLE_HEADING_ATTRIBUTES
            | Options::ENABLE_SMART_PUNCTUATION
            | Options::ENABLE_DEFINITION_LIST
            | Options::ENABLE_GFM;
        let parser =
            Parser::new_with_broken_link_callback(text, options, Some(on_broken));

        let mut used = HashSet::new();
        let mut heading: Option<Heading> = None;
        let mut fence: Option<Fence> = None;
        let mut term: Option<(usize, String)> = None;
        let mut block_opens = false;
        for (event, Range { start, .. }) in parser.into_offset_iter() {
            let opens = std::mem::take(&mut block_opens);
            match event {
                Event::Start(Tag::Heading { level, id, .. }) => {
                    heading = Some(Heading {
                        line: line_at(start),
                        level: level as usize,
                        text: String::new(),
                        explicit: id.is_some(),
                        id: id.map(|id| id.to_string()).unwrap_or_default(),
                    });
                }
                Event::End(TagEnd::Heading(_)) => {
                    let mut done = heading.take().expect("a heading was open");
                    if !done.explicit {
                        done.id = unique(&id_from_text(&done.text), &mut used);
                    }
                    marks.headings.push(done);
                }
                Event::Start(Tag::CodeBlock(kind)) => {
                    let (indented, info) = match kind {
                        CodeBlockKind::Indented => (true, String::new()),
                        CodeBlockKind::Fenced(info) => (false, info.to_string()),
                    };
                    let kind = info.split([',', ' ']).next().unwrap_or("").to_string();
                    let (line, content) = (line_at(start), String::new());
                    fence = Some(Fence { line, kind, indented, content });
                }
                Event::End(TagEnd::CodeBlock) => marks.fences.extend(fence.take()),
                Event::Start(
                    Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. },
                ) => {
                    marks.links.push((line_at(start), dest_url.to_string()));
                }
                Event::Start(
                    Tag::Paragraph | Tag::Item | Tag::DefinitionListDefinition,
                ) => block_opens = true,
                Event::Start(Tag::Strong) if opens => {
                    term = Some((line_at(start), String::new()));
                }
                Event::Start(Tag::DefinitionListTitle) => {
                    term = Some((line_at(start), String::new()));
                }
                Event::End(TagEnd::Strong | TagEnd::DefinitionListTitle) => {
                    marks.terms.extend(term.take());
                }
                Event::Text(words) => {
                    for open in [
                        heading.as_mut().map(|heading| &mut heading.text),
                        fence.as_mut().map(|fence| &mut fence.content),
                        term.as_mut().map(|(_, term)| term),
                    ] {
                        open.into_iter().for_each(|text| text.push_str(&words));
                    }
                }
                Event::Code(code) => {
                    for open in [
                        heading.as_mut().map(|heading| &mut heading.text),
                        term.as_mut().map(|(_, term)| term),
                    ] {
                        open.into_iter().for_each(|text| text.push_str(&code));
                    }
                    marks.code.push((line_at(start), code.to_string()));
                }
                Event::Html(html) | Event::InlineHtml(html) => {
                    let ids = HTML_ID.captures_iter(&html).map(|id| id[1].to_string());
                    marks.html_ids.extend(ids);
                    let targets = HTML_TARGET.captures_iter(&html);
                    marks.links.extend(
                        targets.map(|target| (line_at(start), target[1].to_string())),
                    );
                }
                _ => {}
            }
        }
        marks.undefined = undefined.into_inner();
        marks
    }

    /// Every id that a `#fragment` may name.
    fn ids(&self) -> HashSet<&str> {
        let headings = self.headings.iter().map(|heading| heading.id.as_str());
        headings.chain(self.html_ids.iter().map(String::as_str)).collect()
    }
}

/// Regular expressions that are compiled once, when they are first used.
macro_rules! patterns {
    ($($name:ident = $pattern:literal;)*) => {$(
        static $name: std::sync::LazyLock<regex::Regex> = std::sync::LazyLock::new(|| {
            regex::Regex::new($pattern).expect("the pattern is one of ours")
        });
    )*};
}
pub(crate) use patterns;

patterns! {
    HTML_ID = r#"<[a-z][^>]*\s(?:id|name)="([^"]+)""#;
    HTML_TARGET = r#"<(?:a|img)\s[^>]*(?:href|src)="([^"]+)""#;
    DIRECTIVE = r"(\\)?\{\{\s*#([a-z_]+)\s+([^}]*?)\s*\}\}";
    INCLUDE_LINE = r"^\{\{\s*#include\s+([^}]*?)\s*\}\}$";
    ANCHOR = r"ANCHOR:\s*([\w-]+)";
    ANCHOR_END = r"ANCHOR_END:\s*([\w-]+)";
    SUMMARY_LINK = r"\[[^\]]*\]\(([^)]*)\)";
    NO_CODE = r"^[\s)\]};,?]*$";
    RECORDED = r"^<!--\s*recorded:\s*(\S+)\s*-->\s*$";
    REPOSITORY_PATH = r"^(?:chapters|solutions|book|scripts|\.ci|\.cargo)/[\w./-]+$";
    COMMENT = r#"^[^"]*//.*"#;
    UNFINISHED = r"\b(?:TO(?:DO)|FIX(?:ME))\b";
    MACHINE_PATH = r"(?:^|[^\w.~<>*/-])((?:/home|/Users|/root|/work|/rustc)/[\w.@-]+|\b[A-Z]:\\\w+)";
    PLACEHOLDER = r"^(?:[A-Z][A-Z_]*|\[.*|<.*|…|\.\.\.|\d\d-…|-.*)$";
}

/// The book, and the Markdown around it.
#[derive(Debug)]
pub struct Book {
    /// The root of the repository.
    pub root: PathBuf,
    /// The text of `SUMMARY.md`.
    pub summary: String,
    /// Every page below `book/src`, without the summary.
    pub pages: Vec<Page>,
    /// Markdown that is no page: `README.md`, hints.
    pub others: Vec<Page>,
}

impl Book {
    /// Reads the book of the repository with this root.
    pub fn open(root: &Path) -> Result<Book> {
        let src = root.join("book/src");
        let summary_file = src.join("SUMMARY.md");
        let summary = fs::read_to_string(&summary_file)
            .with_context(|| summary_file.display().to_string())?;
        let (mut pages, mut others) = (Vec::new(), Vec::new());
        for path in text_files(root)? {
            if path.extension().is_none_or(|extension| extension != "md")
                || path == summary_file
            {
                continue;
            }
            let list = if path.starts_with(&src) { &mut pages } else { &mut others };
            list.push(Page::read(root, &path)?);
        }
        Ok(Book { root: root.to_path_buf(), summary, pages, others })
    }

    fn page(&self, file: &str) -> Option<&Page> {
        self.pages.iter().find(|page| page.file == file)
    }

    fn everything(&self) -> impl Iterator<Item = &Page> {
        self.pages.iter().chain(&self.others)
    }
}

// ---- the rules ----

/// `SUMMARY.md` lists every page, once, and every listed file exists.
pub fn summary(book: &Book) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut listed = BTreeMap::new();
    let mut problem = |line, what: String| {
        problems.push(Problem { file: "book/src/SUMMARY.md".into(), line, what });
    };
    for (number, line) in numbered(&book.summary) {
        for link in SUMMARY_LINK.captures_iter(line) {
            let file = format!("book/src/{}", &link[1]);
            if link[1].is_empty() {
                problem(number, "a chapter without a file".into());
            } else if listed.insert(file.clone(), number).is_some() {
                problem(number, format!("`{}` is listed twice", &link[1]));
            } else if book.page(&file).is_none() {
                problem(number, format!("`{}` does not exist", &link[1]));
            }
        }
    }
    for page in &book.pages {
        if !listed.contains_key(&page.file) {
            problems.push(page.problem(0, "SUMMARY.md does not list this page"));
        }
    }
    problems
}

/// Every include names a file of the repository, and an anchor or lines that are there and
/// not empty; none shows `ANCHOR` lines, and none rests on a file that readers edit.
pub fn includes(book: &Book) -> Vec<Problem> {
    let mut problems = Vec::new();
    for page in &book.pages {
        for (line, text) in numbered(&page.text) {
            for directive in DIRECTIVE.captures_iter(text) {
                if directive.get(1).is_some() || &directive[2] == "title" {
                    continue;
                }
                if &directive[2] != "include" {
                    let what =
                        format!("`#{}` is none of the directives we use", &directive[2]);
                    problems.push(page.problem(line, what));
                } else if let Err(what) =
                    Included::read(&book.root, &page.dir, &directive[3])
                {
                    problems.push(page.problem(line, what));
                }
            }
        }
    }
    problems
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

/// The names that commands on a page may use.
#[derive(Debug, Clone)]
pub struct Names {
    /// `cargo run --example NAME`
    pub examples: BTreeSet<String>,
    /// `cargo test --test NAME`
    pub tests: BTreeSet<String>,
    /// `cargo course check NAME`, `cargo course record NAME`
    pub course: Course,
}

/// The subcommands of `cargo course` that a text may name.
const SUBCOMMANDS: [&str; 14] = [
    "list", "check", "watch", "hint", "solution", "reset", "book", "export", "doctor",
    "timeline", "record", "verify", "measure", "help",
];

impl Names {
    /// The names of this course.
    pub fn of(course: &Course) -> Result<Names> {
        let metadata = MetadataCommand::new()
            .manifest_path(course.root.join("Cargo.toml"))
            .no_deps()
            .other_options(["--offline".to_string()])
            .exec()?;
        let targets = || metadata.packages.iter().flat_map(|package| &package.targets);
        let named = |is: fn(&cargo_metadata::Target) -> bool| {
            targets().filter(|one| is(one)).map(|one| one.name.clone()).collect()
        };
        Ok(Names {
            examples: named(cargo_metadata::Target::is_example),
            tests: named(cargo_metadata::Target::is_test),
            course: course.clone(),
        })
    }

    /// What is wrong with a command, if it is one of Cargo's.
    fn objections(&self, command: &str) -> Vec<String> {
        let command = command.split(" #").next().unwrap_or_default();
        let words: Vec<&str> = command.split_whitespace().collect();
        let Some(cargo) = words.iter().position(|word| *word == "cargo") else {
            return Vec::new();
        };
        let words = &words[cargo + 1..];
        let mut objections = Vec::new();
        let mut object = |what: String| objections.push(format!("`{command}`: {what}"));
        for pair in words.windows(2).take_while(|pair| pair[0] != "--") {
            let (what, names) = match pair[0] {
                "--example" => ("example", &self.examples),
                "--test" => ("test", &self.tests),
                _ => continue,
            };
            if !PLACEHOLDER.is_match(pair[1]) && !names.contains(pair[1]) {
                object(format!("there is no {what} `{}`", pair[1]));
            }
        }
        if words.first() == Some(&"course")
            && let Err(what) = self.course_command(&words[1..])
        {
            object(what);
        }
        objections
    }

    /// What is wrong with the words after `cargo course`.
    fn course_command(&self, words: &[&str]) -> Result<(), String> {
        let is_option_or_value = |index: &usize| {
            let is_option = |index: usize| words[index].starts_with('-');
            // `--repeat 200`
            let is_number = words[*index].parse::<u32>().is_ok();
            is_option(*index) || is_number && *index > 0 && is_option(*index - 1)
        };
        let words: Vec<&str> = (0..words.len())
            .filter(|index| !is_option_or_value(index))
            .map(|index| words[index])
            .collect();
        let Some((subcommand, names)) = words.split_first() else { return Ok(()) };
        if PLACEHOLDER.is_match(subcommand) {
            return Ok(());
        }
        if !SUBCOMMANDS.contains(subcommand) {
            return Err(format!("there is no command `{subcommand}`"));
        }
        if names.is_empty() || names.iter().any(|name| PLACEHOLDER.is_match(name)) {
            return Ok(());
        }
        let unknown = |what: &str, known: &dyn Fn(&str) -> bool| match names
            .iter()
            .find(|name| !known(name))
        {
            Some(name) => Err(format!("there is no {what} `{name}`")),
            None => Ok(()),
        };
        match *subcommand {
            "record" => unknown("chapter", &|name| {
                let chapters = &self.course.chapters;
                chapters.iter().any(|one| {
                    one.slug == name
                        || one.package == name
                        || name.parse() == Ok(one.number)
                })
            }),
            // A part of their names stands for several.
            "measure" => {
                unknown("`…-measured` example with that in its name", &|part| {
                    let is_one = |name: &String| {
                        name.ends_with("-measured") && name.contains(part)
                    };
                    self.examples.iter().any(is_one)
                })
            }
            "verify" => unknown("exercise", &|name| {
                self.course.exercises().any(|(_, one)| one.name.contains(name))
            }),
            // What follows is the program's.
            "timeline" => timeline::resolve(&self.course, names[0])
                .map(drop)
                .map_err(|error| error.to_string()),
            // A name can be shortened, just as on the command line.
            _ => names::resolve(&self.course, &names.join(" "), Path::new(""))
                .map(drop)
                .map_err(|error| error.to_string()),
        }
    }
}

/// Every command that a text shows, in a console block or in inline code, names a target
/// that exists. Names in capitals stand for others.
pub fn commands(book: &Book, names: &Names) -> Vec<Problem> {
    let mut problems = Vec::new();
    for page in book.everything() {
        problems.extend(commands_of(&page.file, &page.marks, names));
    }
    problems
}

/// Every path of the repository that a text names in inline code exists. `NN` stands for any
/// chapter.
pub fn paths(book: &Book) -> Vec<Problem> {
    let mut problems = Vec::new();
    for page in book.everything() {
        for (line, code) in &page.marks.code {
            if REPOSITORY_PATH.is_match(code)
                && !code.contains("NN")
                && !book.root.join(code).exists()
            {
                problems.push(page.problem(*line, format!("there is no `{code}`")));
            }
        }
    }
    problems
}

/// Commands, again, in what programs say of themselves in their `//!`, but for those that
/// readers edit.
pub fn commands_in_sources(root: &Path, names: &Names) -> Result<Vec<Problem>> {
    let mut problems = Vec::new();
    for path in text_files(root)? {
        let is_program = path.extension().is_some_and(|extension| extension == "rs")
            && !path.starts_with(root.join("scripts"));
        if !is_program || path.ends_with("exercise.rs") {
            continue;
        }
        let text = fs::read_to_string(&path)?;
        // Lines that are no comment stay as empty ones, so that numbers are right.
        let comments: Vec<&str> = text
            .lines()
            .map(|line| line.trim_start().strip_prefix("//!").unwrap_or_default())
            .map(|line| line.strip_prefix(' ').unwrap_or(line))
            .collect();
        let marks = Marks::of(&comments.join("\n"));
        problems.extend(commands_of(&shown(root, &path), &marks, names));
    }
    Ok(problems)
}

fn commands_of(file: &str, marks: &Marks, names: &Names) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut judge = |line, command: &str| {
        for what in names.objections(command) {
            problems.push(Problem { file: file.to_string(), line, what });
        }
    };
    for (line, code) in &marks.code {
        judge(*line, code);
    }
    for fence in &marks.fences {
        if matches!(fence.kind.as_str(), "console" | "sh" | "text" | "") {
            for (number, line) in numbered(&fence.content) {
                let command = line.trim_start();
                let command = command.strip_prefix("$ ").unwrap_or(command);
                // In two columns: the command, and what it does.
                let command = command.split("  ").next().unwrap_or_default();
                if command.starts_with("cargo ") {
                    judge(fence.line + number, command);
                }
            }
        }
    }
    problems
}

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

/// The stage of a chapter: the page that explains it, and its files.
#[derive(Debug, Clone)]
pub struct Stage {
    /// Relative to the root: `book/src/02-spawning.md`.
    pub page: String,
    /// Absolute paths.
    pub files: Vec<PathBuf>,
}

impl Stage {
    /// The stages of this course.
    pub fn all(course: &Course) -> Result<Vec<Stage>> {
        let mut stages = Vec::new();
        for chapter in &course.chapters {
            let examples = &chapter.examples;
            let Some(stage) = examples.iter().find(|one| one.name == chapter.slug) else {
                continue;
            };
            let files = match stage.path.ends_with("main.rs") {
                true => text_files(stage.path.parent().expect("a file has a folder"))?,
                false => vec![stage.path.clone()],
            };
            let page = shown(&course.root, &course.root.join(chapter.page()));
            stages.push(Stage { page, files });
        }
        Ok(stages)
    }
}

/// Every line of a stage is shown on its chapter's page, and shown once. Blank lines, lines
/// of closing brackets alone and `ANCHOR` lines do not count.
pub fn stages(book: &Book, stages: &[Stage]) -> Result<Vec<Problem>> {
    let mut problems = Vec::new();
    for stage in stages {
        let Some(page) = book.page(&stage.page) else {
            let what = "the chapter has no page".to_string();
            problems.push(Problem { file: stage.page.clone(), line: 0, what });
            continue;
        };
        // File, line in it -> the lines of the page that show it.
        let mut shown_at: BTreeMap<(PathBuf, usize), Vec<usize>> = BTreeMap::new();
        for fence in page.marks.fences.iter().filter(|fence| fence.kind == "rust") {
            for include in DIRECTIVE.captures_iter(&fence.content) {
                let Ok(included) = Included::read(&book.root, &page.dir, &include[3])
                else {
                    continue;
                };
                for (number, _) in included.lines {
                    let key = (included.file.clone(), number);
                    shown_at.entry(key).or_default().push(fence.line);
                }
            }
        }
        for file in &stage.files {
            let text =
                fs::read_to_string(file).with_context(|| file.display().to_string())?;
            let name = shown(&book.root, file);
            let mut missing: Vec<usize> = Vec::new();
            for (number, line) in numbered(&text) {
                if NO_CODE.is_match(line) || is_anchor(line) {
                    continue;
                }
                match shown_at.get(&(file.clone(), number)).map(Vec::as_slice) {
                    None | Some([]) => missing.push(number),
                    Some([_]) => {}
                    Some(lines) => problems.push(Problem {
                        file: name.clone(),
                        line: number,
                        what: format!(
                            "`{}` is shown {} times, at lines {lines:?} of {}",
                            line.trim(),
                            lines.len(),
                            page.file
                        ),
                    }),
                }
            }
            let lines: Vec<&str> = text.lines().collect();
            for run in runs(&missing, &lines) {
                let what = match run.len() {
                    1 => format!("{} does not show this line", page.file),
                    _ => format!(
                        "{} does not show lines {}-{}",
                        page.file,
                        run[0],
                        run[run.len() - 1]
                    ),
                };
                let what = format!("{what}: `{}`", lines[run[0] - 1].trim());
                problems.push(Problem { file: name.clone(), line: run[0], what });
            }
        }
    }
    Ok(problems)
}

/// Neighboring numbers together; lines that carry nothing do not part them.
fn runs<'n>(numbers: &'n [usize], lines: &[&str]) -> Vec<&'n [usize]> {
    numbers
        .chunk_by(|a, b| {
            let between = &lines[*a..*b - 1];
            between.iter().all(|line| NO_CODE.is_match(line) || is_anchor(line))
        })
        .collect()
}

/// The heading of the part of `mistakes.md` where an entry may do without an id.
const CANNOT_TELL: &str = "When a check cannot tell";

/// Every entry of `mistakes.md` has an id of its own, a short title, and its four
/// paragraphs in order.
pub fn mistakes(book: &Book) -> Vec<Problem> {
    let Some(page) = book.page("book/src/mistakes.md") else {
        let file = "book/src/mistakes.md".to_string();
        return vec![Problem { file, line: 0, what: "there is no such page".into() }];
    };
    let lines: Vec<&str> = page.text.lines().collect();
    let mut problems = Vec::new();
    let mut part = "";
    let mut seen = HashSet::new();
    for (index, heading) in page.marks.headings.iter().enumerate() {
        let mut problem = |what: String| problems.push(page.problem(heading.line, what));
        if heading.level <= 2 {
            part = &heading.text;
        }
        if heading.level != 3 || part == CANNOT_TELL && !heading.explicit {
            continue;
        }
        if !heading.explicit {
            problem(format!("`{}` has no id: `{{#its-name}}`", heading.text));
            continue;
        }
        if !seen.insert(&heading.id) {
            problem(format!("`{}` stands here twice", heading.id));
        }
        let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if !heading.id.chars().all(is_name) {
            problem(format!("`{}` is no name in small letters and dashes", heading.id));
        }
        if heading.text.chars().count() > 60 {
            problem(format!("`{}` is longer than 60 characters", heading.text));
        }
        let end = match page.marks.headings.get(index + 1) {
            Some(next) => next.line - 1,
            None => lines.len(),
        };
        let body = &lines[heading.line..end];
        let mut from = 0;
        for label in ["Belief", "Because", "Instead", "Read"] {
            let opening = format!("**{label}** ");
            match body[from..].iter().position(|line| line.starts_with(&opening)) {
                Some(at) => from += at + 1,
                None => {
                    problem(format!("`{}` has no **{label}** in its place", heading.id));
                }
            }
        }
        let reads = body.iter().filter(|line| line.starts_with("**Read** "));
        if reads.clone().next().is_some()
            && !reads.clone().any(|line| line.contains("]("))
        {
            problem(format!("**Read** of `{}` is no link", heading.id));
        }
    }
    problems
}

/// No term is explained twice in the glossary.
pub fn glossary(book: &Book) -> Vec<Problem> {
    let Some(page) = book.page("book/src/glossary.md") else {
        let file = "book/src/glossary.md".to_string();
        return vec![Problem { file, line: 0, what: "there is no such page".into() }];
    };
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut problems = Vec::new();
    for (line, term) in &page.marks.terms {
        if let Some(before) = seen.insert(term.to_lowercase(), *line) {
            let what = format!("`{term}` is explained in line {before} already");
            problems.push(page.problem(*line, what));
        }
    }
    problems
}

/// A block that shows a recording where includes do not work, as in `README.md`:
/// `<!-- recorded: PATH -->`, then a `text` fence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedBlock {
    /// The line of the comment.
    pub line: usize,
    /// The recording, relative to the root of the repository.
    pub path: String,
    /// The bytes between the fences.
    pub content: Range<usize>,
}

/// The recorded blocks of a text, and comments that no `text` fence follows.
pub fn recorded_blocks(text: &str) -> (Vec<RecordedBlock>, Vec<usize>) {
    let (mut blocks, mut lonely) = (Vec::new(), Vec::new());
    let mut offset = 0;
    let mut lines = text.split_inclusive('\n').enumerate().peekable();
    while let Some((index, line)) = lines.next() {
        offset += line.len();
        let Some(comment) = RECORDED.captures(line.trim_end()) else { continue };
        let opening = lines.peek().filter(|(_, next)| next.trim_end() == "```text");
        let Some((_, opening)) = opening else {
            lonely.push(index + 1);
            continue;
        };
        let start = offset + opening.len();
        let Some(length) = text[start..].find("```") else {
            lonely.push(index + 1);
            continue;
        };
        let path = comment[1].to_string();
        blocks.push(RecordedBlock {
            line: index + 1,
            path,
            content: start..start + length,
        });
    }
    (blocks, lonely)
}

/// Every recorded block outside the book equals its recording, and `README.md` shows no
/// output but such blocks.
pub fn recorded_in_readme(book: &Book) -> Vec<Problem> {
    let mut problems = Vec::new();
    for page in &book.others {
        let (blocks, lonely) = recorded_blocks(&page.text);
        for line in lonely {
            problems.push(page.problem(line, "no ```text block follows this comment"));
        }
        for block in &blocks {
            match fs::read_to_string(book.root.join(&block.path)) {
                Err(_) => {
                    let what = format!("there is no recording `{}`", block.path);
                    problems.push(page.problem(block.line, what));
                }
                Ok(recorded) if recorded != page.text[block.content.clone()] => {
                    let what = format!(
                        "the block differs from {}; `cargo course record` mends it",
                        block.path
                    );
                    problems.push(page.problem(block.line, what));
                }
                Ok(_) => {}
            }
        }
        if page.file == "README.md" {
            let typed = page.marks.fences.iter().filter(|fence| {
                fence.kind == "text"
                    && !blocks.iter().any(|block| block.line + 1 == fence.line)
            });
            for fence in typed {
                let what =
                    "output typed by hand: put `<!-- recorded: PATH -->` before it";
                problems.push(page.problem(fence.line, what));
            }
        }
    }
    problems
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

fn in_text_files(
    root: &Path,
    judge: impl Fn(&Path, &str) -> Option<String>,
) -> Result<Vec<Problem>> {
    let mut problems = Vec::new();
    for path in text_files(root)? {
        // A file that is not UTF-8 is no text.
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let file = shown(root, &path);
        for (line, words) in numbered(&text) {
            if let Some(what) = judge(&path, words) {
                problems.push(Problem { file: file.clone(), line, what });
            }
        }
    }
    Ok(problems)
}

// ---- includes, as mdBook reads them ----

/// What an include brings in.
#[derive(Debug)]
pub struct Included {
    /// The file, absolute.
    pub file: PathBuf,
    /// Its lines, with their numbers in the file.
    pub lines: Vec<(usize, String)>,
}

impl Included {
    /// Follows the argument of an `#include`: `PATH`, `PATH:ANCHOR`, `PATH:FROM:TO`.
    ///
    /// # Errors
    ///
    /// Says what mdBook would have passed over.
    pub fn read(root: &Path, from: &Path, argument: &str) -> Result<Included, String> {
        let (path, part) = match argument.split_once(':') {
            Some((path, part)) => (path, Some(part)),
            None => (argument, None),
        };
        let file = normal(&from.join(path));
        if !file.starts_with(root) {
            return Err(format!("`{path}` is not in the repository"));
        }
        if file.ends_with("exercise.rs") {
            return Err(format!(
                "`{path}` is the reader's to change: include its stub.rs"
            ));
        }
        let text = fs::read_to_string(&file)
            .map_err(|_| format!("`{path}` cannot be included: there is no such file"))?;
        let all: Vec<(usize, &str)> = numbered(&text).collect();
        let lines: Vec<(usize, &str)> = match part {
            None => all,
            Some(part) => match line_range(part, all.len()) {
                Some(range) if range.end > all.len() || range.is_empty() => {
                    return Err(format!(
                        "`{argument}`: the file has {} lines",
                        all.len()
                    ));
                }
                Some(range) => all[range].to_vec(),
                None => anchored(part, &all)
                    .map_err(|what| format!("`{argument}`: {what}"))?,
            },
        };
        if lines.iter().all(|(_, line)| line.trim().is_empty()) {
            return Err(format!("`{argument}` is empty"));
        }
        if let Some((number, _)) = lines.iter().find(|(_, line)| is_anchor(line)) {
            return Err(format!("`{argument}` shows the ANCHOR in line {number}"));
        }
        let lines = lines.into_iter().map(|(n, line)| (n, line.to_string())).collect();
        Ok(Included { file, lines })
    }
}

/// `3`, `3:5`, `3:`, `:5` as indices; `None` for an anchor.
fn line_range(part: &str, lines: usize) -> Option<Range<usize>> {
    let (from, to) = match part.split_once(':') {
        Some((from, to)) => (from, Some(to)),
        None => (part, None),
    };
    let start = match from {
        "" => 0,
        from => from.parse::<usize>().ok()?.saturating_sub(1),
    };
    let end = match to {
        None if from.is_empty() => lines,
        None => start + 1,
        Some(to) => to.parse().unwrap_or(lines),
    };
    Some(start..end)
}

fn anchored<'t>(
    name: &str,
    lines: &[(usize, &'t str)],
) -> Result<Vec<(usize, &'t str)>, String> {
    let is = |pattern: &Regex, line: &str| {
        pattern.captures(line).is_some_and(|found| &found[1] == name)
    };
    let starts = lines.iter().filter(|(_, line)| is(&ANCHOR, line)).count();
    if starts != 1 {
        return Err(match starts {
            0 => format!("there is no anchor `{name}` in the file"),
            _ => format!("the anchor `{name}` starts {starts} times"),
        });
    }
    let start = lines.iter().position(|(_, line)| is(&ANCHOR, line)).expect("counted");
    let length = lines[start..].iter().position(|(_, line)| is(&ANCHOR_END, line));
    let Some(length) = length else {
        return Err(format!("the anchor `{name}` has no ANCHOR_END"));
    };
    let inside = &lines[start + 1..start + length];
    Ok(inside.iter().filter(|(_, line)| !is_anchor(line)).copied().collect())
}

/// Whether mdBook takes this line for the edge of an anchor.
pub fn is_anchor(line: &str) -> bool {
    ANCHOR.is_match(line) || ANCHOR_END.is_match(line)
}

// ---- small things ----

/// A heading's id, as mdBook 0.5 makes it from its words.
fn id_from_text(text: &str) -> String {
    text.trim()
        .to_lowercase()
        .chars()
        .filter_map(|c| match c {
            c if c.is_alphanumeric() || c == '_' || c == '-' => Some(c),
            c if c.is_whitespace() => Some('-'),
            _ => None,
        })
        .collect()
}

fn unique(id: &str, used: &mut HashSet<String>) -> String {
    let numbered = (1..).map(|number| format!("{id}-{number}"));
    std::iter::once(id.to_string())
        .chain(numbered)
        .find(|candidate| used.insert(candidate.clone()))
        .expect("there is always another number")
}

fn numbered(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(index, line)| (index + 1, line))
}

/// A path with its `..` taken away, without asking the file system.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                normal.pop();
            }
            Component::CurDir => {}
            part => normal.push(part),
        }
    }
    normal
}

fn shown(root: &Path, path: &Path) -> String {
    let path = path.strip_prefix(root).unwrap_or(path);
    path.components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect::<Vec<_>>()
        .join("/")
}

/// Every file below a folder that is part of the repository, in order.
pub fn text_files(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![dir.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let entries =
            fs::read_dir(&folder).with_context(|| folder.display().to_string())?;
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let is_hidden = name.starts_with('.') && name != ".ci" && name != ".cargo";
            let is_built = folder == dir && (name == "target" || name == "Cargo.lock")
                || entry.path().ends_with("book/book");
            if is_hidden || is_built {
                continue;
            }
            match entry.file_type()? {
                kind if kind.is_dir() => folders.push(entry.path()),
                kind if kind.is_file() => files.push(entry.path()),
                _ => {}
            }
        }
    }
    files.sort();
    Ok(files)
}
