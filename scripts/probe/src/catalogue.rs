//! The catalogue of mistakes: a Markdown file that people read and checks quote.
//!
//! An entry is a heading with an explicit id, followed by paragraphs that open with a bold
//! word. Everything else in the file is for people alone.
//!
//! ```
//! let text = "\
//! ## Spawning
//!
//! ### Each task counted on its own copy {#copied-counter}
//!
//! **Because** `async move` copied the integer
//! into every task.
//!
//! **Read** [chapter 2, \"A copy\"](02-spawning.md#a-copy)
//! ";
//! let entries = probe::catalogue::parse(text);
//! assert_eq!(entries[0].id, "copied-counter");
//! assert_eq!(entries[0].title, "Each task counted on its own copy");
//! assert_eq!(entries[0].field("Because"), Some("`async move` copied the integer into every task."));
//! assert_eq!(probe::catalogue::plain(entries[0].field("Read").unwrap()), "chapter 2, \"A copy\"");
//! ```

use std::{env, fs};

/// What the catalogue says of one mistake.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// The name that checks use: `copied-counter`.
    pub id: String,
    /// The heading: what the program did, as a statement.
    pub title: String,
    /// The paragraphs that open with a bold word, in order: that word, then the rest as Markdown on one line.
    pub fields: Vec<(String, String)>,
}

impl Entry {
    /// The paragraph that opens with `**name**`, as Markdown on one line.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(key, _)| key == name).map(|(_, text)| text.as_str())
    }
}

/// Reads every entry of a catalogue.
pub fn parse(markdown: &str) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut inside_entry = false;
    let mut inside_field = false;
    for line in markdown.lines().map(str::trim_end) {
        if line.starts_with('#') {
            let heading = line.trim_start_matches('#').trim();
            let named = heading.strip_suffix('}').and_then(|rest| rest.split_once("{#"));
            inside_entry = named.is_some();
            inside_field = false;
            if let Some((title, id)) = named {
                entries.push(Entry {
                    id: id.trim().into(),
                    title: title.trim().into(),
                    ..Entry::default()
                });
            }
            continue;
        }
        let Some(entry) = entries.last_mut().filter(|_| inside_entry) else { continue };
        let opening = line.strip_prefix("**").and_then(|rest| rest.split_once("**"));
        if let Some((word, text)) = opening {
            entry.fields.push((word.into(), text.trim().into()));
            inside_field = true;
        } else if line.is_empty() {
            inside_field = false;
        } else if let Some((_, text)) = entry.fields.last_mut().filter(|_| inside_field) {
            text.push(' ');
            text.push_str(line.trim());
        }
    }
    entries
}

/// Looks up one mistake in the file that `PROBE_CATALOGUE` names.
pub fn look_up(id: &str) -> Option<Entry> {
    let text = fs::read_to_string(env::var_os("PROBE_CATALOGUE")?).ok()?;
    parse(&text).into_iter().find(|entry| entry.id == id)
}

/// Markdown for a terminal: a link becomes its text, and everything else stays.
pub fn plain(markdown: &str) -> String {
    let mut out = String::new();
    let mut rest = markdown;
    while let Some(open) = rest.find('[') {
        let link = rest[open..].find("](").and_then(|middle| {
            let close = rest[open + middle..].find(')')?;
            Some((&rest[open + 1..open + middle], open + middle + close + 1))
        });
        match link {
            Some((text, end)) => {
                out.push_str(&rest[..open]);
                out.push_str(text);
                rest = &rest[end..];
            }
            None => break,
        }
    }
    out + rest
}
