//! A page as a reader meets it: one part after another, with what the includes bring in, and the
//! folds closed.

use std::ops::Range;
use std::path::{Path, PathBuf};

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use crate::keep::pages::book::Page;
use crate::keep::pages::markdown::AS_MDBOOK;
use crate::patterns::patterns;
use crate::repo::include::{DIRECTIVE, Included};
use crate::repo::predictions::unescaped;

patterns! {
    HTML = r#"(?s)<!--.*?-->|<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:[^>"]|"[^"]*")*)>"#;
    EXERCISE = r#"class="exercise""#;
}

/// One thing on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its first line on the page.
    pub line: usize,
    /// Whether it is hidden until the reader opens a fold.
    pub folded: bool,
    /// Whether it stands on the card of an exercise.
    pub on_card: bool,
    /// What it is.
    pub kind: Kind,
}

/// What a part of a page is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A heading, 1 for `#`.
    Heading(usize, Vec<Run>),
    /// A paragraph, an item of a list, a cell of a table, the line of a fold.
    Prose(Vec<Run>),
    /// A block of code, output, commands, or differences.
    Block(Block),
}

/// Words of prose on one line, in one style.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The line of the page.
    pub line: usize,
    /// The words.
    pub text: String,
    /// How they stand there.
    pub style: Style,
}

/// How words stand in prose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// As they are, or in italics.
    Plain,
    /// Bold.
    Bold,
    /// Inline code.
    Code,
    /// Inline code in bold.
    BoldCode,
    /// Words that lead to another place.
    Link,
}

/// A block of code, output, commands, or differences.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Block {
    /// `rust`, `text`, `diff`, `console`, `toml`.
    pub kind: String,
    /// What it shows.
    pub pieces: Vec<Piece>,
}

/// Lines in a row, from one file or typed on the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The file they are from, absolute.
    pub file: Option<PathBuf>,
    /// The lines, with their numbers in the file, or on the page.
    pub lines: Vec<(usize, String)>,
}

impl Block {
    /// How many lines it shows.
    pub fn height(&self) -> usize {
        self.pieces.iter().map(|piece| piece.lines.len()).sum()
    }
}

/// The words of these runs, each run apart from the next.
pub fn text_of(runs: &[Run]) -> String {
    runs.iter().map(|run| run.text.as_str()).collect()
}

impl Page {
    /// What a reader of this page meets, in order. An include that leads nowhere shows nothing.
    pub fn parts(&self, root: &Path) -> Vec<Part> {
        let mut eye = Eye::default();
        let line_at = |offset: usize| self.text[..offset].matches('\n').count() + 1;
        let mut block: Option<(usize, Block)> = None;
        let mut html: Option<usize> = None;
        let mut typed = String::new();
        let mut links = 0;
        let events = Parser::new_ext(&self.text, AS_MDBOOK).into_offset_iter();
        for (event, Range { start, .. }) in events {
            match event {
                Event::Start(Tag::CodeBlock(kind)) => {
                    eye.flush();
                    let info = match kind {
                        pulldown_cmark::CodeBlockKind::Fenced(info) => info.to_string(),
                        pulldown_cmark::CodeBlockKind::Indented => String::new(),
                    };
                    let kind = info.split([',', ' ']).next().unwrap_or("").to_string();
                    block = Some((line_at(start), Block { kind, pieces: Vec::new() }));
                }
                Event::End(TagEnd::CodeBlock) => {
                    if let Some((line, mut block)) = block.take() {
                        block.pieces = pieces(root, &self.dir, line, &typed);
                        typed.clear();
                        eye.put(line, Kind::Block(block));
                    }
                }
                Event::Text(text) if block.is_some() => typed.push_str(&text),
                Event::Start(Tag::HtmlBlock) => {
                    eye.flush();
                    html = Some(line_at(start));
                }
                Event::Html(text) if html.is_some() => typed.push_str(&text),
                Event::End(TagEnd::HtmlBlock) => {
                    eye.html(html.take().unwrap_or(1), &std::mem::take(&mut typed), true);
                    eye.flush();
                }
                Event::Html(text) | Event::InlineHtml(text) => {
                    eye.html(line_at(start), &text, false);
                }
                Event::Text(text) => {
                    // A picture brought in between paragraphs has no words.
                    let words = DIRECTIVE.replace_all(&text, "");
                    let style = match (eye.style, links) {
                        (Style::Plain, 1..) => Style::Link,
                        (style, _) => style,
                    };
                    eye.words(line_at(start), &words, style);
                }
                Event::Code(text) => {
                    let is_bold = eye.style == Style::Bold;
                    let style = if is_bold { Style::BoldCode } else { Style::Code };
                    eye.words(line_at(start), &text, style);
                }
                Event::SoftBreak | Event::HardBreak => {
                    eye.words(line_at(start), " ", Style::Plain);
                }
                Event::Start(Tag::Strong) => eye.style = Style::Bold,
                Event::End(TagEnd::Strong) => eye.style = Style::Plain,
                Event::Start(Tag::Link { .. } | Tag::Image { .. }) => links += 1,
                Event::End(TagEnd::Link | TagEnd::Image) => links -= 1,
                Event::Start(Tag::Emphasis | Tag::Strikethrough)
                | Event::End(TagEnd::Emphasis | TagEnd::Strikethrough) => {}
                Event::Start(Tag::Heading { level, .. }) => {
                    eye.flush();
                    eye.heading = Some(level as usize);
                }
                // Every other tag is the edge of a paragraph, an item, or a cell.
                Event::Start(_) | Event::End(_) | Event::Rule => eye.flush(),
                _ => {}
            }
        }
        eye.flush();
        eye.parts
    }
}

/// What a block shows: the lines typed into it, and those that its includes bring in.
fn pieces(root: &Path, dir: &Path, line: usize, typed: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for (index, text) in typed.lines().enumerate() {
        match DIRECTIVE.captures(text) {
            Some(directive) => {
                if let Ok(included) = Included::read(root, dir, &directive[3]) {
                    let Included { file, lines } = included;
                    pieces.push(Piece { file: Some(file), lines });
                }
            }
            None => {
                let shown = (line + 1 + index, text.to_string());
                match pieces.last_mut() {
                    Some(Piece { file: None, lines }) => lines.push(shown),
                    _ => pieces.push(Piece { file: None, lines: vec![shown] }),
                }
            }
        }
    }
    pieces
}

/// Where the reader is on the page.
struct Eye {
    parts: Vec<Part>,
    runs: Vec<Run>,
    heading: Option<usize>,
    style: Style,
    folds: usize,
    in_summary: bool,
    /// The open `<div>`s, and whether each is a card.
    divs: Vec<bool>,
}

impl Default for Eye {
    fn default() -> Eye {
        Eye {
            parts: Vec::new(),
            runs: Vec::new(),
            heading: None,
            style: Style::Plain,
            folds: 0,
            in_summary: false,
            divs: Vec::new(),
        }
    }
}

impl Eye {
    fn put(&mut self, line: usize, kind: Kind) {
        let part = Part {
            line,
            folded: self.folds > usize::from(self.in_summary),
            on_card: self.divs.contains(&true),
            kind,
        };
        self.parts.push(part);
    }

    /// Ends the paragraph.
    fn flush(&mut self) {
        let heading = self.heading.take();
        let runs = std::mem::take(&mut self.runs);
        if runs.iter().all(|run| run.text.trim().is_empty()) {
            return;
        }
        let kind = match heading {
            Some(level) => Kind::Heading(level, runs),
            None => Kind::Prose(runs),
        };
        let (Kind::Heading(_, runs) | Kind::Prose(runs)) = &kind else { return };
        self.put(runs[0].line, kind);
    }

    fn words(&mut self, line: usize, text: &str, style: Style) {
        match self.runs.last_mut() {
            // Quotation marks come as words of their own.
            Some(last) if last.line == line && last.style == style => {
                last.text.push_str(text);
            }
            _ if text.is_empty() => {}
            _ => self.runs.push(Run { line, text: text.to_string(), style }),
        }
    }

    /// Reads HTML: its tags open and close folds and cards, and the rest is prose.
    fn html(&mut self, line: usize, html: &str, is_block: bool) {
        let mut at = 0;
        let line_at = |offset: usize| line + html[..offset].matches('\n').count();
        for tag in HTML.captures_iter(html) {
            let whole = tag.get(0).expect("the whole always matches");
            self.plain_html(line_at(at), &html[at..whole.start()]);
            at = whole.end();
            let Some(name) = tag.get(2) else { continue };
            let closes = &tag[1] == "/";
            match (name.as_str(), closes) {
                ("details", false) => {
                    self.flush();
                    self.folds += 1;
                }
                ("details", true) => {
                    self.flush();
                    self.folds = self.folds.saturating_sub(1);
                }
                ("summary", closes) => {
                    self.flush();
                    self.in_summary = !closes;
                }
                ("div", false) => {
                    self.flush();
                    self.divs.push(EXERCISE.is_match(&tag[3]));
                }
                ("div", true) => {
                    self.flush();
                    self.divs.pop();
                }
                ("code", closes) => {
                    self.style = if closes { Style::Plain } else { Style::Code };
                }
                ("b" | "strong", closes) => {
                    self.style = if closes { Style::Plain } else { Style::Bold };
                }
                ("i" | "em" | "a" | "kbd" | "sub" | "sup" | "span", _) => {}
                _ if is_block => self.flush(),
                _ => {}
            }
        }
        self.plain_html(line_at(at), &html[at..]);
    }

    fn plain_html(&mut self, line: usize, text: &str) {
        for (index, text) in text.split('\n').enumerate() {
            let text = unescaped(text);
            if index > 0 {
                self.words(line + index, " ", Style::Plain);
            }
            self.words(line + index, &text, self.style);
        }
    }
}
