//! The catalogue of mistakes, as the book has it: `book/src/mistakes.md`.
//!
//! The format of an entry is `probe`'s (see [`probe::catalogue`]), since the checks quote the
//! same page. One paragraph is for this tool alone:
//!
//! ```markdown
//! **Compiler** E0373, E0597, "future cannot be sent between threads safely"
//! ```
//!
//! It stands in the entries of mistakes that rustc can find: the codes of the errors by which
//! it reports them, and, in quotes, words of the messages of those that have no code. When an
//! answer does not compile, `cargo course check` explains it by the mistakes that the exercise
//! is there to meet and whose entry names the error.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use probe::catalogue::{Entry, parse, plain};

/// Every mistake of the book, in the book's order.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    /// The entries.
    pub mistakes: Vec<Mistake>,
}

/// One entry of the catalogue, as text for a terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The name checks know it by: `copied-counter`.
    pub id: String,
    /// What the program did.
    pub title: String,
    /// What one believes who makes it.
    pub belief: String,
    /// Why it is a mistake.
    pub because: String,
    /// Where the book speaks of it: `chapter 2, "A copy is not shared"`.
    pub read: String,
    /// The same as a link inside the rendered book: `02-spawning.html#a-copy-is-not-shared`.
    pub href: String,
    /// Codes (`E0373`) and words of messages by which rustc reports it.
    pub compiler: Vec<String>,
}

impl Catalogue {
    /// Reads the catalogue of the course whose repository has this root.
    pub fn open(root: &Path) -> Result<Catalogue> {
        let path = root.join("book/src/mistakes.md");
        let text = fs::read_to_string(&path)
            .with_context(|| format!("cannot read {}", path.display()))?;
        Ok(Catalogue { mistakes: parse(&text).into_iter().map(Mistake::from).collect() })
    }

    /// The entry with this id.
    pub fn get(&self, id: &str) -> Option<&Mistake> {
        self.mistakes.iter().find(|mistake| mistake.id == id)
    }
}

impl From<Entry> for Mistake {
    fn from(entry: Entry) -> Mistake {
        let text = |name| plain(entry.field(name).unwrap_or_default());
        Mistake {
            belief: text("Belief"),
            because: text("Because"),
            read: text("Read"),
            href: href(entry.field("Read").unwrap_or_default()),
            compiler: comma_separated(&text("Compiler")),
            id: entry.id,
            title: entry.title,
        }
    }
}

impl Mistake {
    /// Whether rustc reports this mistake by this error.
    pub fn explains(&self, code: Option<&str>, message: &str) -> bool {
        self.compiler
            .iter()
            .any(|sign| code == Some(sign) || message.contains(sign.as_str()))
    }
}

/// Where the first link of this Markdown leads once mdBook has rendered its page.
fn href(markdown: &str) -> String {
    let target = markdown
        .split_once("](")
        .and_then(|(_, rest)| rest.split_once(')'))
        .map_or("", |(target, _)| target);
    let (page, anchor) = target.split_once('#').unwrap_or((target, ""));
    let page = match page.strip_suffix(".md") {
        Some(stem) => format!("{stem}.html"),
        None => page.to_string(),
    };
    if anchor.is_empty() { page } else { format!("{page}#{anchor}") }
}

/// `E0373, "words, with a comma"` becomes two items, without the quotes.
fn comma_separated(text: &str) -> Vec<String> {
    let mut items = vec![String::new()];
    let mut quoted = false;
    for c in text.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => items.push(String::new()),
            c => items.last_mut().expect("there is always one").push(c),
        }
    }
    let trimmed = items.iter().map(|item| item.trim().to_string());
    trimmed.filter(|item| !item.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_to_the_rendered_page() {
        let read = "[chapter 2, \"A copy\"](02-spawning.md#a-copy)";
        assert_eq!(super::href(read), "02-spawning.html#a-copy");
        assert_eq!(super::href("[two](02-spawning.md)"), "02-spawning.html");
        assert_eq!(super::href("no link"), "");
    }

    #[test]
    fn an_entry_names_the_errors_by_which_rustc_reports_it() {
        let entry =
            "### T {#t}\n\n**Compiler** E0373, \"cannot be sent, or\n so\", E0597\n";
        let mistake = Mistake::from(parse(entry).remove(0));
        assert_eq!(mistake.compiler, ["E0373", "cannot be sent, or so", "E0597"]);
        assert!(mistake.explains(Some("E0597"), "`x` does not live long enough"));
        assert!(mistake.explains(None, "it cannot be sent, or so they say"));
        assert!(!mistake.explains(Some("E0382"), "use of moved value"));
    }
}
