//! Nothing before its definition.
//!
//! The pages are walked in the order of `SUMMARY.md`, as a first reader reads them: folds are
//! closed, so what stands in them neither uses nor defines anything. A deeper page may use what it
//! defines itself, and what pages before it do; what follows it may not use what only a deeper
//! page defines.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

use crate::keep::pages::book::{Book, Page};
use crate::keep::pages::problem::Problem;
use crate::keep::pages::reader::{Kind, Part, Piece, Run, Style};
use crate::patterns::patterns;
use crate::repo::sources::rust_files;

patterns! {
    LISTED = r"\]\(([\w.-]+\.md)\)";
    WORD = r"[A-Za-z_][A-Za-z0-9_]*";
    STRING = r#""(?:[^"\\]|\\.)*""#;
    FUNCTION = r"\bfn\s+([a-z_]\w*)";
    USE = r"(?s)\buse\s+([^;]+);";
    PATH = r"\b[A-Za-z_]\w*(?:::(?:<[^()]*?>::)?[A-Za-z_]\w*)*";
    CALL = r"\b(\w+)\s*\.\s*([a-z_]\w*)\s*(?:::<[^()]*>)?\(";
    CHAIN = r"(?:[)?\]]|\bawait|^)\s*\.\s*([a-z_]\w*)\s*(?:::<[^()]*>)?\(";
    LET = r"\blet\s+(?:mut\s+)?(\w+)\s*(?::[^=;]*)?=\s*(?:&mut\s+|&)?([A-Za-z_][\w:]*)";
    LET_BOTH = r"\blet\s+\(\s*(?:mut\s+)?(\w+)\s*,\s*(?:mut\s+)?(\w+)\s*,?\s*\)\s*=\s*([A-Za-z_][\w:]*)";
    TYPED = r"\b([a-z_]\w*)\s*:\s*([^,;{}()=]+)";
}

/// Pages in which a reader looks things up, in any order.
const LOOKED_UP: [&str; 2] = ["book/src/mistakes.md", "book/src/glossary.md"];

/// Words of the glossary that stand on a page in another sense, before the term is defined: the
/// term, words around it that tell (empty: wherever it stands), and why it is none.
const EXCEPTIONS: &[(&str, &str, &str)] = &[
    ("block", "async block", "a piece of syntax"),
    ("block", "async move block", "a piece of syntax"),
    ("bound", "bound of spawn", "a bound of Rust's generics, which the reader knows"),
    ("bound", "bound on a type", "a bound of Rust's generics, which the reader knows"),
    ("future", "in future", "the time to come"),
    ("future", "in the future", "the time to come"),
    ("guard", "guard against", "the English verb"),
    (
        "job",
        "",
        "what the examples' tasks do; only a closure on the blocking pool is the term",
    ),
    ("release", "release the lock", "the English verb"),
    ("release", "releases the lock", "the English verb"),
    ("token", "from tokens to wakers", "mio's number for a socket"),
];

/// Words of the glossary that one page may use before they are defined: the page, the term, and why.
const ON_PAGES: &[(&str, &str, &str)] = &[
    ("02-spawning", "handle", "short for a `JoinHandle`, which the section has in bold"),
    ("02-spawning-deeper", "bound", "bounds of Rust's generics, all over the page"),
    ("02-spawning-deeper", "handle", "as on the page above it"),
    ("05-io", "Unpin", "the page says in a sentence what it is; chapter 7 says why"),
];

/// Names of the standard library that the reader of this course brings along.
const KNOWN: &[(&str, &str)] = &[
    ("Arc", "a Rust programmer who has written threads knows it"),
    ("AtomicBool", "as `Arc`; what the orders of memory mean is another matter"),
    ("AtomicU32", "as `AtomicBool`"),
    ("AtomicU64", "as `AtomicBool`"),
    ("AtomicUsize", "as `AtomicBool`"),
    ("now", "of a clock, as in `std::time`"),
    ("elapsed", "of an instant, as in `std::time`"),
    ("Mutex", "as `Arc`; Tokio's is another matter, and a path tells it"),
    ("new", "every type has it"),
    ("default", "a trait of the prelude"),
    ("from", "a trait of the prelude"),
    ("Result", "a part of the prelude, whichever crate has an alias for it"),
    ("Error", "the usual name in a crate for what it returns"),
];

/// Methods of every type, and those of the standard library's strings, slices, collections,
/// options and results, which are no names to introduce.
const EVERYWHERE: &[&str] = &[
    "and_then",
    "as_bytes",
    "as_millis",
    "as_mut",
    "as_ptr",
    "as_ref",
    "as_secs_f32",
    "as_str",
    "bytes",
    "chain",
    "chars",
    "clear",
    "clone",
    "cloned",
    "cmp",
    "collect",
    "contains",
    "contains_key",
    "copied",
    "copy_from_slice",
    "drain",
    "drop",
    "entry",
    "enumerate",
    "eq",
    "err",
    "expect",
    "extend",
    "extend_from_slice",
    "filter",
    "filter_map",
    "find",
    "finish",
    "first",
    "first_entry",
    "fmt",
    "for_each",
    "get",
    "get_mut",
    "insert",
    "into",
    "into_bytes",
    "into_iter",
    "is_break",
    "is_empty",
    "is_err",
    "is_none",
    "is_ok",
    "is_pending",
    "is_ready",
    "is_some",
    "is_some_and",
    "iter",
    "iter_mut",
    "join",
    "keys",
    "last",
    "last_mut",
    "len",
    "lines",
    "map",
    "map_err",
    "map_or",
    "ok",
    "ok_or",
    "or_default",
    "pop",
    "pop_back",
    "pop_front",
    "position",
    "push",
    "push_back",
    "push_str",
    "remove",
    "replace",
    "retain",
    "rev",
    "skip",
    "sort",
    "split",
    "split_first",
    "split_whitespace",
    "starts_with",
    "strip_suffix",
    "sum",
    "take",
    "take_while",
    "then",
    "then_some",
    "to_ascii_lowercase",
    "to_owned",
    "to_string",
    "to_vec",
    "trim",
    "truncate",
    "unwrap",
    "unwrap_or",
    "unwrap_or_default",
    "unwrap_or_else",
    "values",
    "zip",
];

/// The crates whose names a page introduces, and the parts of `std`.
const CRATES: &[&str] = &[
    "tokio",
    "tokio_stream",
    "tokio_util",
    "futures",
    "bytes",
    "mini_redis",
    "mio",
    "rayon",
];
const STD: &[&str] = &["sync", "task", "pin", "future"];

/// A term of the glossary, in its forms.
struct Term {
    name: String,
    /// The line of the glossary.
    line: usize,
    /// `None` for a name in code.
    forms: Option<Regex>,
}

/// No term of the glossary is used in prose before the page that has it in bold, and no excerpt
/// shows a name of Tokio and its like that no prose has in code by the end of its section.
pub fn definitions(book: &Book) -> Vec<Problem> {
    let mut problems = Vec::new();
    let terms = terms(book);
    let mut known = Known::default();
    let mut known_deeper = Known::default();
    let mut files: BTreeMap<PathBuf, Source> = BTreeMap::new();
    for file in LISTED.captures_iter(&book.summary) {
        let file = format!("book/src/{}", &file[1]);
        let Some(page) = book.page(&file) else { continue };
        if LOOKED_UP.contains(&file.as_str()) {
            continue;
        }
        let mut parts = page.parts(&book.root);
        parts.retain(|part| !part.folded);
        if file.ends_with("-deeper.md") {
            known_deeper.add(&known);
            known_deeper.told.clear();
            read(page, &parts, &terms, &mut known_deeper, &mut files, &mut problems);
        } else {
            known.told.clear();
            read(page, &parts, &terms, &mut known, &mut files, &mut problems);
        }
    }
    for term in &terms {
        if !known.terms.contains(&term.name) && !known_deeper.terms.contains(&term.name) {
            let what =
                format!("no page has `{}` in bold, where it is defined", term.name);
            let file = "book/src/glossary.md".to_string();
            problems.push(Problem { file, line: term.line, what });
        }
    }
    problems
}

/// What a reader has been told.
#[derive(Default)]
struct Known {
    /// Terms of the glossary.
    terms: BTreeSet<String>,
    /// Terms that a problem was found with on this page, so that each is told of once.
    told: BTreeSet<String>,
    /// Identifiers that stood in prose as code.
    names: BTreeSet<String>,
}

impl Known {
    fn add(&mut self, other: &Known) {
        self.terms.extend(other.terms.iter().cloned());
        self.names.extend(other.names.iter().cloned());
    }

    fn introduce(&mut self, runs: &[Run]) {
        for run in runs {
            if matches!(run.style, Style::Code | Style::BoldCode) {
                let words = WORD.find_iter(&run.text);
                self.names.extend(words.map(|word| word.as_str().to_string()));
            }
        }
    }
}

/// Reads one page.
fn read(
    page: &Page,
    parts: &[Part],
    terms: &[Term],
    known: &mut Known,
    files: &mut BTreeMap<PathBuf, Source>,
    problems: &mut Vec<Problem>,
) {
    for (index, part) in parts.iter().enumerate() {
        let (Kind::Heading(_, runs) | Kind::Prose(runs)) = &part.kind else { continue };
        let text = Text::of(runs);
        // What its own section defines a heading may name.
        let end = match &part.kind {
            Kind::Heading(level, _) => end_of_section(parts, index, *level),
            _ => index,
        };
        for term in terms {
            if known.terms.contains(&term.name) || may_use(page, term) {
                continue;
            }
            let defined = text.bold_at(term);
            let used = text
                .used_at(term, terms)
                .filter(|at| defined.is_none_or(|bold| *at < bold));
            let is_announced = end > index
                && parts[index..end].iter().any(|part| match &part.kind {
                    Kind::Prose(runs) => Text::of(runs).bold_at(term).is_some(),
                    _ => false,
                });
            if let Some(at) = used
                && !is_announced
                && known.told.insert(term.name.clone())
            {
                let what = format!(
                    "`{}` is used before it is defined: \"{}\"",
                    term.name,
                    text.around(at)
                );
                problems.push(page.problem(text.line(at), what));
            }
            if defined.is_some() {
                known.terms.insert(term.name.clone());
            }
        }
    }

    // A section's prose may come after its excerpts.
    let mut start = 0;
    while start < parts.len() {
        let end = parts[start + 1..]
            .iter()
            .position(|part| matches!(part.kind, Kind::Heading(..)))
            .map_or(parts.len(), |length| start + 1 + length);
        for part in &parts[start..end] {
            if let Kind::Heading(_, runs) | Kind::Prose(runs) = &part.kind {
                known.introduce(runs);
            }
        }
        for part in &parts[start..end] {
            let Kind::Block(block) = &part.kind else { continue };
            if block.kind != "rust" {
                continue;
            }
            for piece in &block.pieces {
                let Some(file) = &piece.file else { continue };
                let source =
                    files.entry(file.clone()).or_insert_with(|| Source::read(file));
                for (number, name) in source.names(piece) {
                    if !known.names.insert(name.clone()) {
                        continue;
                    }
                    let file = file.file_name().unwrap_or_default().to_string_lossy();
                    let what = format!(
                        "`{name}` ({file}:{number}) is shown, and no prose has said what it is"
                    );
                    problems.push(page.problem(part.line, what));
                }
            }
        }
        start = end;
    }
}

/// Whether this page may use the term before it is defined.
fn may_use(page: &Page, term: &Term) -> bool {
    ON_PAGES.iter().any(|(name, used, _)| {
        page.file == format!("book/src/{name}.md") && term.name == *used
    })
}

/// The index after the last part of the section whose heading is at this index.
fn end_of_section(parts: &[Part], index: usize, level: usize) -> usize {
    parts[index + 1..]
        .iter()
        .position(|part| matches!(part.kind, Kind::Heading(other, _) if other <= level))
        .map_or(parts.len(), |length| index + 1 + length)
}

/// The terms of the glossary.
fn terms(book: &Book) -> Vec<Term> {
    let Some(page) = book.page("book/src/glossary.md") else { return Vec::new() };
    let mut terms = Vec::new();
    for (line, name) in &page.marks.terms {
        let entry = page.text.lines().nth(line - 1).unwrap_or_default();
        let is_code = entry.starts_with("**`");
        let is_verb = entry.contains("** to ");
        let endings = if is_verb { "(?:s|ed|ing)?" } else { "(?:s|es)?" };
        let words: Vec<String> = name.split_whitespace().map(regex::escape).collect();
        let pattern = format!(r"(?i)\b{}{endings}\b", words.join(r"[\s-]+"));
        let forms = Regex::new(&pattern).expect("it is escaped");
        let forms = (!is_code).then_some(forms);
        terms.push(Term { name: name.clone(), line: *line, forms });
    }
    terms
}

/// A paragraph as one string, with lines and styles by place.
struct Text {
    text: String,
    runs: Vec<(usize, Run)>,
}

impl Text {
    fn of(runs: &[Run]) -> Text {
        let mut text = Text { text: String::new(), runs: Vec::new() };
        for run in runs {
            text.runs.push((text.text.len(), run.clone()));
            text.text.push_str(&run.text);
        }
        text
    }

    fn run(&self, at: usize) -> &Run {
        let index = self.runs.partition_point(|(start, _)| *start <= at);
        &self.runs[index.saturating_sub(1)].1
    }

    fn line(&self, at: usize) -> usize {
        self.run(at).line
    }

    /// Where the term stands in bold.
    fn bold_at(&self, term: &Term) -> Option<usize> {
        match &term.forms {
            Some(forms) => forms
                .find_iter(&self.text)
                .map(|found| found.start())
                .find(|at| self.run(*at).style == Style::Bold),
            None => self.code_at(term, &[Style::BoldCode]),
        }
    }

    /// Where the term is used in its sense, first of all.
    fn used_at(&self, term: &Term, terms: &[Term]) -> Option<usize> {
        let Some(forms) = &term.forms else {
            return self.code_at(term, &[Style::Code, Style::BoldCode]);
        };
        let found = forms.find_iter(&self.text).find(|found| {
            let style = self.run(found.start()).style;
            let is_part =
                |text: Option<char>| matches!(text, Some('-' | '_' | '/' | '.'));
            let before = self.text[..found.start()].chars().next_back();
            let is_prose = matches!(style, Style::Plain | Style::Bold);
            // A blocking thread is a term of its own.
            let is_longer = || {
                let longer = terms.iter().filter(|one| one.name.len() > term.name.len());
                longer.filter_map(|one| one.forms.as_ref()).any(|forms| {
                    forms.find_iter(&self.text).any(|longer| {
                        longer.start() <= found.start() && found.end() <= longer.end()
                    })
                })
            };
            is_prose
                && !is_part(before)
                && !self.is_excepted(term, found.range())
                && !is_longer()
        });
        found.map(|found| found.start())
    }

    fn code_at(&self, term: &Term, styles: &[Style]) -> Option<usize> {
        let is_it = |run: &Run| {
            let mut words = WORD.find_iter(&run.text).map(|word| word.as_str());
            styles.contains(&run.style)
                && (run.text == term.name || words.any(|word| word == term.name))
        };
        self.runs.iter().find(|(_, run)| is_it(run)).map(|(start, _)| *start)
    }

    fn is_excepted(&self, term: &Term, found: std::ops::Range<usize>) -> bool {
        let text = self.text.to_lowercase();
        EXCEPTIONS.iter().filter(|(name, _, _)| *name == term.name).any(
            |(_, phrase, _)| {
                let mut places = text.match_indices(phrase);
                phrase.is_empty()
                    || places.any(|(at, phrase)| {
                        at <= found.start && found.start < at + phrase.len()
                    })
            },
        )
    }

    /// Some words around a place.
    fn around(&self, at: usize) -> String {
        let start =
            self.text[..at].rmatch_indices(' ').nth(3).map_or(0, |(at, _)| at + 1);
        let after = self.text[at..].match_indices(' ').nth(3);
        let end = after.map_or(self.text.len(), |(length, _)| at + length);
        self.text[start..end].split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// What a Rust file imports, and which of its variables hold what is imported.
#[derive(Default)]
struct Source {
    /// Names in the file that stand for something of the crates.
    imported: BTreeSet<String>,
    /// Variables, parameters and fields whose type is one of them.
    variables: BTreeSet<String>,
    /// Functions that the file defines itself.
    own: BTreeSet<String>,
    /// Functions that the files of its folder define.
    near: BTreeSet<String>,
}

impl Source {
    fn read(file: &Path) -> Source {
        let text = fs::read_to_string(file).unwrap_or_default();
        let code: Vec<String> = text.lines().map(code_of).collect();
        let code = code.join("\n");
        let mut source = Source::default();
        let folder = file.parent().map(rust_files);
        for near in folder.and_then(Result::ok).unwrap_or_default() {
            let text = fs::read_to_string(near).unwrap_or_default();
            source
                .near
                .extend(FUNCTION.captures_iter(&text).map(|one| one[1].to_string()));
        }
        source.own =
            FUNCTION.captures_iter(&code).map(|one| one[1].to_string()).collect();
        for tree in USE.captures_iter(&code) {
            let mut leaves = Vec::new();
            leaves_of(&tree[1], "", &mut leaves);
            for (path, name) in leaves {
                if is_ours(&path) && name != "self" && name != "*" && name != "_" {
                    source.imported.insert(name);
                }
            }
        }
        let of_ours = |path: &str| {
            let first = path.split("::").next().unwrap_or_default();
            is_ours(path) || source.imported.contains(first)
        };
        let mut variables = BTreeSet::new();
        for found in LET.captures_iter(&code) {
            if of_ours(&found[2]) {
                variables.insert(found[1].to_string());
            }
        }
        for found in LET_BOTH.captures_iter(&code) {
            if of_ours(&found[3]) {
                variables.extend([found[1].to_string(), found[2].to_string()]);
            }
        }
        for found in TYPED.captures_iter(&code) {
            let is_type = |word: &str| word.starts_with(char::is_uppercase);
            let mut words = WORD.find_iter(&found[2]).map(|word| word.as_str());
            if words.any(|word| is_type(word) && source.imported.contains(word)) {
                variables.insert(found[1].to_string());
            }
        }
        source.variables = variables;
        source
    }

    /// The names of the crates that these lines use, each with its line in the file. The lines of
    /// imports themselves use nothing.
    fn names(&self, piece: &Piece) -> Vec<(usize, String)> {
        let mut names = Vec::new();
        // Of these, only what the file itself defines is its own: with another file's function
        // of the same name, the method of a crate's type would go unnamed.
        let mut of_ours = Vec::new();
        let mut imports = false;
        for (number, line) in &piece.lines {
            let code = code_of(line);
            imports |= code.trim_start().starts_with("use ")
                || code.trim_start().starts_with("pub use ");
            if imports {
                imports = !code.contains(';');
                continue;
            }
            for found in PATH.find_iter(&code) {
                let path = found.as_str();
                let parts: Vec<&str> = path
                    .split("::")
                    .filter(|part| {
                        part.starts_with(|c: char| c.is_alphabetic() || c == '_')
                    })
                    .collect();
                let is_method = code[..found.start()].ends_with('.');
                if is_ours(path) {
                    // Of `tokio::time::sleep`, the modules are no names.
                    let from = parts
                        .iter()
                        .position(|part| part.starts_with(char::is_uppercase));
                    let from = from.unwrap_or(parts.len() - 1);
                    names.extend(
                        parts[from..].iter().map(|one| (*number, one.to_string())),
                    );
                } else if self.imported.contains(parts[0]) && !is_method {
                    names.extend(parts.iter().map(|one| (*number, one.to_string())));
                }
            }
            // What a call returns is of any type, a crate's or the files' own.
            for call in CHAIN.captures_iter(&code) {
                names.push((*number, call[1].to_string()));
            }
            names.retain(|(_, name)| !self.near.contains(name));
            for call in CALL.captures_iter(&code) {
                if self.variables.contains(&call[1]) && !self.own.contains(&call[2]) {
                    of_ours.push((*number, call[2].to_string()));
                }
            }
        }
        names.append(&mut of_ours);
        names.retain(|(_, name)| {
            !KNOWN.iter().any(|(known, _)| known == name)
                && !EVERYWHERE.contains(&name.as_str())
        });
        names.sort();
        names
    }
}

/// Whether a path leads into one of the crates: `tokio::spawn`, `std::pin::Pin`.
fn is_ours(path: &str) -> bool {
    let parts: Vec<&str> = path.split("::").collect();
    match parts[..] {
        [_] => false,
        ["std" | "core", part, _, ..] => STD.contains(&part),
        [first, ..] => CRATES.contains(&first),
        [] => false,
    }
}

/// A line without its comment and its strings.
fn code_of(line: &str) -> String {
    let line = STRING.replace_all(line, "\"\"");
    line.split("//").next().unwrap_or_default().to_string()
}

/// The paths of a tree such as `tokio::{sync::mpsc, time::sleep as nap}`, each with the name that
/// it has in the file.
fn leaves_of<'t>(
    text: &'t str,
    base: &str,
    leaves: &mut Vec<(String, String)>,
) -> &'t str {
    let text = text.trim_start();
    if let Some(mut rest) = text.strip_prefix('{') {
        loop {
            rest = leaves_of(rest, base, leaves).trim_start();
            match rest.strip_prefix(',') {
                Some(more) => rest = more,
                None => return rest.strip_prefix('}').unwrap_or(rest),
            }
        }
    }
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '*');
    let (name, rest) = text.split_at(end.unwrap_or(text.len()));
    if name.is_empty() {
        return rest;
    }
    let path = if base.is_empty() { name.to_string() } else { format!("{base}::{name}") };
    if let Some(more) = rest.strip_prefix("::") {
        return leaves_of(more, &path, leaves);
    }
    if let Some(alias) = rest.trim_start().strip_prefix("as ") {
        let alias = alias.trim_start();
        let end = alias.find(|c: char| !c.is_alphanumeric() && c != '_');
        let (alias, rest) = alias.split_at(end.unwrap_or(alias.len()));
        leaves.push((path, alias.to_string()));
        return rest;
    }
    match name {
        "self" => {
            let module = base.rsplit("::").next().unwrap_or_default();
            leaves.push((format!("{base}::self"), module.to_string()));
        }
        name => leaves.push((path, name.to_string())),
    }
    rest
}
