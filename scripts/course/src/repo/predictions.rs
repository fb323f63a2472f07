//! The questions of the book that ask what a program will do, and who was right.
//!
//! A page asks with a list to choose from, `<ol class="predict" id="…">`, or for something typed,
//! `<p class="predict" id="…" data-find="…">`, directly before the fold that shows what happened. An
//! answer is right exactly if its `data-says` stands in what was recorded inside that fold; what was
//! typed, if it is what the group of `data-find` finds there. So no outcome is written twice.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use regex::{Captures, Regex};

use crate::patterns::patterns;
use crate::repo::progress::Progress;
use crate::repo::sources::{ANCHOR, ANCHOR_END, is_anchor};

patterns! {
    PAGE = r"\]\(([\w-]+)\.md\)";
    OPENS = r#"^<(ol|p) class="predict"([^>]*)>"#;
    CHOICE = r"^<li([^>]*)>";
    ATTRIBUTE = r#"\s([a-z-]+)="([^"]*)""#;
    INCLUDE = r"^\{\{\s*#include\s+([^}]*?)\s*\}\}";
}

/// The longest answer that is typed. The page's field lets nobody type more.
const LONGEST: usize = 80;

/// A question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prediction {
    /// What its page calls it: `predict-04-slow`.
    pub id: String,
    /// Its page, without the `.md`: `04-channels`.
    pub page: String,
    /// What one can answer.
    pub answers: Answers,
    /// What was recorded, as the fold shows it, in one line.
    recorded: String,
}

/// What one can answer to a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answers {
    /// One of these.
    Choice(Vec<Choice>),
    /// Whatever one types: a pattern finds the right one.
    Typed(String),
}

/// One answer of several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What would have been recorded.
    pub says: String,
    /// The mistake whose belief leads to this answer.
    pub mistake: Option<String>,
}

/// How an answer did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// Whether it happened.
    pub right: bool,
    /// What happened: what the right choice says, or what the pattern found.
    pub outcome: String,
    /// The mistake whose belief leads to a wrong answer.
    pub mistake: Option<String>,
}

/// Every question of the book whose repository has this root, in the order of the book.
pub fn all(root: &Path) -> Result<Vec<Prediction>> {
    let sources = root.join("book/src");
    let summary = sources.join("SUMMARY.md");
    let Ok(summary) = fs::read_to_string(&summary) else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for page in PAGE.captures_iter(&summary).map(|page| page[1].to_string()) {
        let path = sources.join(format!("{page}.md"));
        let text = fs::read_to_string(&path)
            .with_context(|| format!("cannot read {}", path.display()))?;
        found.extend(of_page(&sources, &page, &text));
    }
    Ok(found)
}

/// The questions of a page.
fn of_page(sources: &Path, page: &str, text: &str) -> Vec<Prediction> {
    let mut found = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some(opens) = OPENS.captures(line) else { continue };
        let Some(id) = attribute(&opens[2], "id") else { continue };
        let answers = match &opens[1] {
            "ol" => Answers::Choice(
                lines
                    .by_ref()
                    .take_while(|line| !line.starts_with("</ol>"))
                    .filter_map(choice)
                    .collect(),
            ),
            _ => Answers::Typed(attribute(&opens[2], "data-find").unwrap_or_default()),
        };
        let rest = lines.clone().skip_while(|line| line.trim().is_empty());
        let fold = rest.take_while(|line| !line.starts_with("</details>"));
        let recorded = one_line(&in_fences(sources, fold));
        let page = page.to_string();
        found.push(Prediction { id, page, answers, recorded });
    }
    found
}

fn choice(line: &str) -> Option<Choice> {
    let attributes = CHOICE.captures(line)?;
    let says = attribute(&attributes[1], "data-says")?;
    Some(Choice { says, mistake: attribute(&attributes[1], "data-mistake") })
}

/// An attribute of a tag, as it is meant.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let found = ATTRIBUTE.captures_iter(tag).find(|one| &one[1] == name)?;
    let mut value = found[2].to_string();
    for (entity, meant) in
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
    {
        value = value.replace(entity, meant);
    }
    Some(value)
}

/// What stands in the fences of these lines, with what they include.
fn in_fences<'a>(sources: &Path, lines: impl Iterator<Item = &'a str>) -> String {
    let mut fenced = false;
    let mut shown = String::new();
    for line in lines {
        if line.starts_with("```") {
            fenced = !fenced;
        } else if fenced {
            let include = INCLUDE.captures(line).map(|found| included(sources, &found));
            shown += include.as_deref().unwrap_or(line);
            shown.push('\n');
        }
    }
    shown
}

/// The lines that an `#include` brings in: `PATH`, `PATH:ANCHOR`, `PATH:FROM:TO`. None, where it
/// leads nowhere: that is for the rules of the pages to say.
fn included(sources: &Path, found: &Captures<'_>) -> String {
    let (path, part) = found[1].split_once(':').unwrap_or((&found[1], ""));
    let text = fs::read_to_string(sources.join(path)).unwrap_or_default();
    let lines = text.lines();
    let number = |text: &str| text.parse::<usize>().ok();
    let (from, to) = part.split_once(':').unwrap_or((part, part));
    let lines: Vec<&str> = if part.is_empty() {
        lines.collect()
    } else if number(from).or(number(to)).is_some() {
        let (from, to) = (number(from).unwrap_or(1), number(to).unwrap_or(usize::MAX));
        lines.take(to).skip(from.saturating_sub(1)).collect()
    } else {
        let is = |pattern: &Regex, line: &str| {
            pattern.captures(line).is_some_and(|found| &found[1] == part)
        };
        let inside = lines.skip_while(|line| !is(&ANCHOR, line));
        let inside = inside.take_while(|line| !is(&ANCHOR_END, line));
        inside.filter(|line| !is_anchor(line)).collect()
    };
    lines.join("\n")
}

/// The words of a text, with a space between them.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Prediction {
    /// Whether this can be answered.
    pub fn takes(&self, said: &str) -> bool {
        match &self.answers {
            Answers::Choice(choices) => choices.iter().any(|one| one.says == said),
            Answers::Typed(_) => {
                let is_plain = !said.chars().any(char::is_control);
                !said.trim().is_empty() && said.chars().count() <= LONGEST && is_plain
            }
        }
    }

    /// What the reader has answered, if it can be answered still: the page may have changed.
    pub fn said<'a>(&self, progress: &'a Progress) -> Option<&'a str> {
        progress.predicted(&self.id).filter(|said| self.takes(said))
    }

    /// What happened, if it can be told: what the right choice says, or what the pattern found.
    pub fn outcome(&self) -> Option<String> {
        match &self.answers {
            Answers::Choice(choices) => {
                let right = choices.iter().find(|one| self.happened(one));
                right.map(|one| one.says.clone())
            }
            Answers::Typed(find) => {
                let found = Regex::new(find).ok()?.captures(&self.recorded)?;
                found.get(1).map(|group| group.as_str().to_string())
            }
        }
    }

    fn happened(&self, choice: &Choice) -> bool {
        self.recorded.contains(&one_line(&choice.says))
    }

    /// How an answer did.
    pub fn judge(&self, said: &str) -> Option<Judged> {
        let outcome = self.outcome()?;
        Some(match &self.answers {
            Answers::Choice(choices) => {
                let choice = choices.iter().find(|one| one.says == said)?;
                let right = self.happened(choice);
                let mistake = choice.mistake.clone().filter(|_| !right);
                Judged { right, outcome, mistake }
            }
            Answers::Typed(_) => {
                let same = |text: &str| one_line(text).to_lowercase();
                let right = same(said) == same(&outcome);
                Judged { right, outcome, mistake: None }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"
What then?

<ol class="predict" id="predict-slow">
<li data-says="slow  got 7">7, 8 &amp; 9</li>
<li data-says="slow got 1" data-mistake="never-loses">all ten</li>
</ol>

<details><summary>The answer</summary>

Not so: slow got 1.

```text
fast got 3
slow got
  7
```

</details>

<p class="predict" id="predict-gets" data-find="a&gt; +(\w+)">What?</p>

<details><summary>The answer</summary>

```text
{{#include recorded.txt:2:3}}
```

</details>
"#;

    fn questions() -> Vec<Prediction> {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("recorded.txt"), "a> no\nb> 1\na>  Paris\n")
            .unwrap();
        of_page(folder.path(), "04-channels", PAGE)
    }

    #[test]
    fn what_is_right_stands_in_what_was_recorded() {
        let [slow, gets] = &questions()[..] else { panic!("{:?}", questions()) };
        let judged = |right, mistake: Option<&str>| {
            let mistake = mistake.map(str::to_string);
            Some(Judged { right, outcome: "slow  got 7".into(), mistake })
        };
        assert_eq!(slow.judge("slow  got 7"), judged(true, None));
        assert_eq!(slow.judge("slow got 1"), judged(false, Some("never-loses")));
        assert_eq!(slow.judge("slow got 2"), None);
        assert_eq!(gets.outcome().as_deref(), Some("Paris"));
        assert!(gets.judge(" paris ").unwrap().right);
        assert!(!gets.judge("Paris!").unwrap().right);
    }

    #[test]
    fn an_answer_is_one_of_the_choices_or_short() {
        let [slow, gets] = &questions()[..] else { panic!() };
        assert!(slow.takes("slow got 1") && !slow.takes("slow"));
        assert!(gets.takes("7") && !gets.takes(" ") && !gets.takes("a\nb"));
        assert!(gets.takes(&"x".repeat(80)) && !gets.takes(&"x".repeat(81)));
    }
}
