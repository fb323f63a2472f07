use std::fmt::Write;

use crate::catalogue;
use crate::picture::{MARGIN, Picture};
use crate::words::{cut, harmless};

/// What a case returns: nothing if the answer did right, else what it did wrong.
pub type Verdict = Result<(), Finding>;

/// One thing that an answer did wrong: what was seen, and the mistake it shows.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a finding is reported by returning it as the case's error"]
pub struct Finding {
    pub(crate) id: Option<String>,
    pub(crate) title: String,
    pub(crate) saw: String,
    pub(crate) because: String,
    /// These two boxed, to keep what a case returns small.
    pub(crate) read: Box<str>,
    pub(crate) picture: Option<Box<Picture>>,
}

impl From<&str> for Finding {
    /// A mistake of the catalogue, by its name.
    fn from(id: &str) -> Finding {
        Finding::mistake(id)
    }
}

impl Finding {
    /// A mistake of the catalogue. Its title, its explanation and its page stand there.
    pub fn mistake(id: &str) -> Finding {
        let entry = catalogue::look_up(id).unwrap_or_default();
        let text = |name| catalogue::plain(entry.field(name).unwrap_or_default());
        Finding {
            title: if entry.title.is_empty() {
                id.replace('-', " ")
            } else {
                entry.title.clone()
            },
            saw: String::new(),
            because: text("Because"),
            read: text("Read").into(),
            id: Some(id.into()),
            picture: None,
        }
    }

    /// A wrong answer that could come from several beliefs: say what is wrong, and no more.
    pub fn unnamed(title: &str) -> Finding {
        let (saw, because, read) = Default::default();
        Finding { id: None, title: cut(title), saw, because, read, picture: None }
    }

    /// What the check saw: counts, values, virtual times. One or two sentences, of which the first
    /// 2 KiB are shown. (See [`words`](crate::words).)
    pub fn saw(mut self, saw: impl Into<String>) -> Finding {
        self.saw = cut(&saw.into());
        self
    }

    /// Why that happens, for a finding without a name. (A mistake's stands in the catalogue.)
    pub fn because(mut self, because: impl Into<String>) -> Finding {
        self.because = cut(&because.into());
        self
    }

    /// What the run looked like, where seeing it explains more than words.
    pub fn picture(mut self, picture: Picture) -> Finding {
        self.picture = Some(Box::new(picture));
        self
    }

    /// The mistake's name in the catalogue, if it has one.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// The four lines and the picture, wrapped to `width` columns, without anything that a terminal
    /// would obey.
    pub(crate) fn text(&self, exercise: &str, width: usize) -> String {
        let mut text = format!("{exercise}: {}", harmless(&self.title));
        if let Some(id) = &self.id {
            let gap = 64usize.saturating_sub(text.chars().count()).max(2);
            write!(text, "{:gap$}[{id}]", "").expect("writing to a String cannot fail");
        }
        text.push('\n');
        for (key, value) in
            [("saw", &*self.saw), ("because", &self.because), ("read", &self.read)]
        {
            if !value.is_empty() {
                let first = format!("  {key:<10}");
                let options = textwrap::Options::new(width)
                    .initial_indent(&first)
                    .subsequent_indent("            ")
                    .word_splitter(textwrap::WordSplitter::NoHyphenation)
                    .break_words(false);
                text.push_str(&textwrap::fill(&harmless(value), options));
                text.push('\n');
            }
        }
        let lines = self.picture.iter().flat_map(|picture| picture.drawing.lines());
        let lines = lines.filter(|line| !line.is_empty());
        for (index, line) in lines.enumerate() {
            let first = if index == 0 { "  ran" } else { "" };
            let line = format!("{first:MARGIN$}{}", harmless(line));
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}
