//! What a Markdown text says, read as mdBook reads it.

use std::collections::HashSet;
use std::ops::Range;

use pulldown_cmark::{
    BrokenLink, CodeBlockKind, CowStr, Event, LinkType, Options, Parser, Tag, TagEnd,
};

use crate::patterns::patterns;

patterns! {
    HTML_ID = r#"<[a-z][^>]*\s(?:id|name)="([^"]+)""#;
    HTML_TARGET = r#"<(?:a|img)\s[^>]*(?:href|src)="([^"]+)""#;
}

/// The extensions of Markdown that mdBook turns on.
pub(crate) const AS_MDBOOK: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_HEADING_ATTRIBUTES)
    .union(Options::ENABLE_SMART_PUNCTUATION)
    .union(Options::ENABLE_DEFINITION_LIST)
    .union(Options::ENABLE_GFM);

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
        let parser =
            Parser::new_with_broken_link_callback(text, AS_MDBOOK, Some(on_broken));

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
    pub(crate) fn ids(&self) -> HashSet<&str> {
        let headings = self.headings.iter().map(|heading| heading.id.as_str());
        headings.chain(self.html_ids.iter().map(String::as_str)).collect()
    }
}

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
