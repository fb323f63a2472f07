//! The predictions of the book: what a page asks before it shows it.
//!
//! A prediction stands directly before the fold that shows the recording, as a choice or as
//! something to type:
//!
//! ```html
//! <ol class="predict" id="predict-04-slow">
//! <li data-says="slow got 7">7, 8, 9 and 10</li>
//! <li data-says="slow got 1" data-mistake="broadcast-never-loses">all ten</li>
//! </ol>
//!
//! <p class="predict" id="predict-01-threads" data-find="tasks +(\d+) threads">How many threads?</p>
//! ```
//!
//! The page does not say which answer is right: the recording does. An answer of a choice is right
//! if what it says stands there, and what is typed is right if it is what the one group of
//! `data-find` finds there.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use regex::Regex;

use crate::patterns::patterns;
use crate::repo::include::{DIRECTIVE, Included};
use crate::repo::paths::{numbered, shown};
use crate::repo::sources::text_files;

patterns! {
    OPENING = r#"^<(ol|p)((?:\s+[\w-]+="[^"]*")*)\s*>(.*)$"#;
    MENTION = r#"class="predict"#;
    ANSWER = r#"^<li((?:\s+[\w-]+="[^"]*")*)\s*>(.*)</li>$"#;
    ATTRIBUTE = r#"([\w-]+)="([^"]*)""#;
    FOLD = r"^<details[\s>]";
    NUMBER = r"-?\d[\d,_]*(?:\.\d+)?";
}

/// How many characters one may type. The page's field lets nobody type more.
const LONGEST: usize = 80;

/// A question that a page asks before it shows what happens.
#[derive(Debug, Clone)]
pub struct Prediction {
    /// `predict-04-slow`, unique in the book.
    pub id: String,
    /// The page, relative to the root of the repository: `book/src/04-channels.md`.
    pub page: String,
    /// Its line on the page.
    pub line: usize,
    /// A choice, or something to type.
    pub kind: Kind,
    /// The answers of a choice, in the page's order; none where the reader types.
    pub answers: Vec<Answer>,
    /// What was recorded: all that the fold shows of recordings.
    pub recorded: String,
    /// What happens, in the recording's words: the lines that the right answer speaks of, or what
    /// `data-find` finds. Empty where the page is wrong.
    pub outcome: String,
}

/// How a prediction is answered.
#[derive(Debug, Clone)]
pub enum Kind {
    /// One of [`Prediction::answers`].
    Choice,
    /// What the one group of this pattern finds in the recording.
    Typed(Regex),
}

/// One answer of a choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Its line on the page.
    pub line: usize,
    /// What stands in the recording if it is right.
    pub says: String,
    /// The id of the mistake that believes it.
    pub mistake: Option<String>,
    /// What the reader sees, as HTML.
    pub html: String,
}

/// What a reader answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Given<'g> {
    /// The answer with this index.
    Chosen(usize),
    /// These words.
    Typed(&'g str),
}

/// What an answer is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// Whether it is what happens.
    pub right: bool,
    /// The id of the mistake that a wrong answer shows, if one is known.
    pub mistake: Option<String>,
    /// What happens: [`Prediction::outcome`].
    pub outcome: String,
}

/// What is wrong with a prediction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The line of the page.
    pub line: usize,
    /// What is wrong, as a sentence.
    pub what: String,
}

/// The predictions of every page of the book in the repository with this root, in the pages'
/// order.
///
/// Those that are not whole are left out: the rules for pages tell of them.
pub fn all(root: &Path) -> Result<Vec<Prediction>> {
    let mut predictions = Vec::new();
    for path in text_files(&root.join("book/src"))? {
        if path.extension().is_some_and(|extension| extension == "md") {
            let text = fs::read_to_string(&path)
                .with_context(|| format!("cannot read {}", path.display()))?;
            predictions.extend(of_page(root, &path, &text).0);
        }
    }
    Ok(predictions)
}

/// The predictions of a page with this path and text, and what is wrong with others.
pub fn of_page(root: &Path, path: &Path, text: &str) -> (Vec<Prediction>, Vec<Fault>) {
    let (mut predictions, mut faults) = (Vec::new(), Vec::new());
    let mut rest = Lines { lines: numbered(text).collect(), at: 0 };
    let mut fence: Option<&str> = None;
    while let Some((line, text)) = rest.next() {
        let ticks = text.trim_start();
        if ticks.starts_with("```") || ticks.starts_with("~~~") {
            let marks = &ticks[..3];
            fence = match fence {
                None => Some(marks),
                Some(open) if open == marks => None,
                open => open,
            };
            continue;
        }
        if fence.is_some() || !MENTION.is_match(text) || text.contains('`') {
            continue;
        }
        let read = match OPENING.captures(text.trim_end()) {
            Some(opening) => {
                let here = Here { root, path, line };
                here.read(&opening[1], &opening[2], &opening[3], &mut rest)
            }
            None => Err(Fault {
                line,
                what: "a prediction opens with `<ol class=\"predict\" …>` or `<p class=\"predict\" …>` at \
                       the start of a line"
                    .into(),
            }),
        };
        match read {
            Ok(prediction) => predictions.push(prediction),
            Err(fault) => faults.push(fault),
        }
    }
    (predictions, faults)
}

impl Prediction {
    /// The answers of a choice that the recording bears out. It is one on a page that is right.
    pub fn right(&self) -> Vec<usize> {
        let text = flat(&self.recorded);
        let stands = |answer: &Answer| position(&text, &answer.says).is_some();
        (0..self.answers.len()).filter(|index| stands(&self.answers[*index])).collect()
    }

    /// What these words mean as an answer, as it is remembered: of a choice, what the answer says, so
    /// that it is the same answer still when the page has others.
    pub fn given<'w>(&self, words: &'w str) -> Option<Given<'w>> {
        match self.kind {
            Kind::Choice => {
                let index = self.answers.iter().position(|answer| answer.says == words);
                index.map(Given::Chosen)
            }
            Kind::Typed(_) => {
                let is_short = words.chars().count() <= LONGEST;
                let is_plain = !words.chars().any(char::is_control);
                (is_short && is_plain).then_some(Given::Typed(words))
            }
        }
    }

    /// Judges an answer; `None` if it is no answer to this question: an index that there is not,
    /// words to a choice, or nothing but blanks.
    pub fn judge(&self, given: Given<'_>) -> Option<Judged> {
        let (right, mistake) = match (&self.kind, given) {
            (Kind::Choice, Given::Chosen(index)) => {
                let answer = self.answers.get(index)?;
                (self.right().contains(&index), answer.mistake.clone())
            }
            (Kind::Typed(_), Given::Typed(words)) if !words.trim().is_empty() => {
                (is_same(words, &self.outcome), None)
            }
            _ => return None,
        };
        let mistake = mistake.filter(|_| !right);
        Some(Judged { right, mistake, outcome: self.outcome.clone() })
    }
}

/// The lines of a page, with their numbers.
struct Lines<'t> {
    lines: Vec<(usize, &'t str)>,
    at: usize,
}

impl<'t> Lines<'t> {
    fn next(&mut self) -> Option<(usize, &'t str)> {
        let line = self.lines.get(self.at).copied();
        self.at += 1;
        line
    }

    fn skip_blank(&mut self) {
        while self.lines.get(self.at).is_some_and(|(_, line)| line.trim().is_empty()) {
            self.at += 1;
        }
    }
}

/// Where a prediction stands.
struct Here<'h> {
    root: &'h Path,
    path: &'h Path,
    line: usize,
}

impl Here<'_> {
    fn fault(&self, what: impl Into<String>) -> Fault {
        Fault { line: self.line, what: what.into() }
    }

    /// Reads a prediction from its opening tag to the end of its fold.
    fn read(
        &self,
        tag: &str,
        attributes: &str,
        after: &str,
        rest: &mut Lines<'_>,
    ) -> Result<Prediction, Fault> {
        let known: &[&str] = match tag {
            "ol" => &["class", "id"],
            _ => &["class", "id", "data-find"],
        };
        let attributes =
            attributes_of(attributes, known).map_err(|what| self.fault(what))?;
        let value = |name: &str| attributes.iter().find(|(key, _)| key == name);
        let (_, id) =
            value("id").ok_or_else(|| self.fault("a prediction without an id"))?;
        let mut answers = Vec::new();
        let kind = if tag == "ol" {
            answers = self.answers(after, rest)?;
            Kind::Choice
        } else {
            if !after.ends_with("</p>") {
                return Err(self.fault("a question ends with `</p>` on its own line"));
            }
            let (_, find) = value("data-find")
                .ok_or_else(|| self.fault("a question to type has a `data-find`"))?;
            let find = Regex::new(find)
                .map_err(|_| self.fault(format!("`{find}` is no pattern")))?;
            if find.captures_len() != 2 {
                return Err(self.fault(format!("`{find}` has not one group")));
            }
            Kind::Typed(find)
        };
        let recorded = self.fold(rest)?;
        let in_a_row = flat(&recorded);
        let mut prediction = Prediction {
            id: id.clone(),
            page: shown(self.root, self.path),
            line: self.line,
            outcome: String::new(),
            kind,
            answers,
            recorded,
        };
        prediction.outcome = match &prediction.kind {
            Kind::Choice => match prediction.right().first() {
                Some(index) => {
                    lines_of(&prediction.recorded, &prediction.answers[*index].says)
                }
                None => String::new(),
            },
            // What is looked for may go over the end of a line.
            Kind::Typed(find) => match find
                .captures(&prediction.recorded)
                .or_else(|| find.captures(&in_a_row))
            {
                Some(found) if found.get(1).is_some() => found[1].trim().to_string(),
                _ => {
                    return Err(self.fault(format!(
                        "`data-find=\"{find}\"` finds nothing in the recording"
                    )));
                }
            },
        };
        Ok(prediction)
    }

    /// Reads the answers of a choice.
    fn answers(&self, after: &str, rest: &mut Lines<'_>) -> Result<Vec<Answer>, Fault> {
        if !after.trim().is_empty() {
            return Err(self.fault("each answer stands on a line of its own"));
        }
        let mut answers = Vec::new();
        loop {
            let Some((line, text)) = rest.next() else {
                return Err(self.fault("a choice without its `</ol>`"));
            };
            if text.trim() == "</ol>" {
                break;
            }
            let fault = |what: String| Fault { line, what };
            let Some(answer) = ANSWER.captures(text.trim()) else {
                let what = "an answer is `<li data-says=\"…\">…</li>` on one line";
                return Err(fault(what.into()));
            };
            let attributes = attributes_of(&answer[1], &["data-says", "data-mistake"])
                .map_err(fault)?;
            let mut says = None;
            let mut mistake = None;
            for (name, value) in attributes {
                let place = if name == "data-says" { &mut says } else { &mut mistake };
                *place = Some(value);
            }
            let says = says.filter(|says: &String| !says.trim().is_empty());
            let Some(says) = says else {
                let what = "an answer without a `data-says`";
                return Err(Fault { line, what: what.into() });
            };
            answers.push(Answer { line, says, mistake, html: answer[2].to_string() });
        }
        match answers.len() {
            2..=5 => Ok(answers),
            n => {
                Err(self.fault(format!("a choice has 2 to 5 answers, and this has {n}")))
            }
        }
    }

    /// What the fold that follows shows of recordings.
    fn fold(&self, rest: &mut Lines<'_>) -> Result<String, Fault> {
        rest.skip_blank();
        if !rest.next().is_some_and(|(_, line)| FOLD.is_match(line.trim_start())) {
            rest.at -= 1;
            let what = "no `<details>` follows directly on this prediction";
            return Err(self.fault(what));
        }
        let dir = self.path.parent().unwrap_or(self.path);
        let mut recorded = String::new();
        let mut depth = 1;
        while depth > 0 {
            let Some((_, line)) = rest.next() else {
                return Err(self.fault("its `<details>` does not end"));
            };
            depth += line.matches("<details").count();
            depth -= line.matches("</details>").count().min(depth);
            for directive in DIRECTIVE.captures_iter(line) {
                let path = directive[3].split(':').next().unwrap_or_default();
                if !Path::new(path).components().any(|one| one.as_os_str() == "recorded")
                    || path.ends_with(".svg")
                {
                    continue;
                }
                let included = Included::read(self.root, dir, &directive[3])
                    .map_err(|what| self.fault(what))?;
                for (_, line) in included.lines {
                    recorded += &line;
                    recorded.push('\n');
                }
            }
        }
        match recorded.is_empty() {
            true => Err(self.fault("its `<details>` shows no recording")),
            false => Ok(recorded),
        }
    }
}

/// HTML as the text that it shows.
pub(crate) fn unescaped(html: &str) -> String {
    html.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

/// The attributes of a tag, without escapes.
fn attributes_of(text: &str, known: &[&str]) -> Result<Vec<(String, String)>, String> {
    let mut attributes = Vec::new();
    for attribute in ATTRIBUTE.captures_iter(text) {
        let name = attribute[1].to_string();
        if !known.contains(&name.as_str()) {
            return Err(format!("`{name}` is none of {}", known.join(", ")));
        }
        attributes.push((name, unescaped(&attribute[2])));
    }
    let left = ATTRIBUTE.replace_all(text, "");
    match left.trim() {
        "" => Ok(attributes),
        left => Err(format!("`{left}` is no attribute")),
    }
}

/// A text with one space for each run of white space.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether these words stand in a text, where no number of it is cut: `got 1` does not stand in
/// `got 10`.
pub fn says(text: &str, words: &str) -> bool {
    position(&flat(text), words).is_some()
}

/// Where these words stand in a flat text.
fn position(text: &str, words: &str) -> Option<usize> {
    let words = flat(words);
    let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let opens = is_digit(words.chars().next());
    let ends = is_digit(words.chars().next_back());
    text.match_indices(&words).map(|(at, _)| at).find(|at| {
        let before = text[..*at].chars().next_back();
        let after = text[at + words.len()..].chars().next();
        !(opens && is_digit(before) || ends && is_digit(after))
    })
}

/// The lines of a recording in which these words stand.
fn lines_of(recorded: &str, words: &str) -> String {
    let lines: Vec<&str> = recorded.lines().collect();
    // The fewest lines in a row that say it.
    for count in 1..=lines.len() {
        for some in lines.windows(count) {
            if says(&some.join("\n"), words) {
                let some: Vec<&str> = some.iter().map(|line| line.trim_end()).collect();
                return some.join("\n").trim().to_string();
            }
        }
    }
    String::new()
}

/// Whether what was typed is what happens. Of a number, only the number counts: `3 threads`.
fn is_same(typed: &str, outcome: &str) -> bool {
    let number = |text: &str| {
        let text: String = text.chars().filter(|c| !matches!(c, ',' | '_')).collect();
        text.parse::<f64>().ok()
    };
    if let Some(outcome) = number(outcome) {
        let mut found = NUMBER.find_iter(typed).map(|found| number(found.as_str()));
        return found.next() == Some(Some(outcome)) && found.next().is_none();
    }
    let plain = |text: &str| {
        let text = flat(text).to_lowercase();
        text.trim_matches(|c| matches!(c, '`' | '"' | '\'' | '.')).to_string()
    };
    plain(typed) == plain(outcome)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECORDING: &str =
        "fast got 1 to 10\nslow lagged\n  by 6, slow got 7\ntasks   4 threads\n";

    /// The predictions of a page whose fold shows [`RECORDING`].
    fn read(prediction: &str) -> (Vec<Prediction>, Vec<Fault>) {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        fs::create_dir_all(root.join("recorded")).unwrap();
        fs::write(root.join("recorded/04.txt"), RECORDING).unwrap();
        let fold = "<details><summary>The answer</summary>\n\n```text\n\
                    {{#include recorded/04.txt}}\n```\n\n</details>\n";
        let text = format!("# Four\n\n{prediction}\n\n{fold}");
        of_page(&root, &root.join("04-four.md"), &text)
    }

    fn whole(prediction: &str) -> Prediction {
        let (mut predictions, faults) = read(prediction);
        assert_eq!(faults, []);
        predictions.remove(0)
    }

    #[track_caller]
    fn fault(prediction: &str, words: &str) {
        let (predictions, faults) = read(prediction);
        assert!(predictions.is_empty(), "{predictions:?}");
        let said = faults.iter().any(|fault| fault.what.contains(words));
        assert!(said, "{words:?} is not in {faults:?}");
    }

    const CHOICE: &str = "<ol class=\"predict\" id=\"predict-04-slow\">\n\
        <li data-says=\"slow got 7\">7 and on</li>\n\
        <li data-says=\"fast got 1 to 1\" data-mistake=\"broadcast-never-loses\"><em>all</em></li>\n\
        </ol>";

    #[test]
    fn a_choice_is_judged_by_the_recording() {
        let choice = whole(CHOICE);
        assert_eq!((choice.id.as_str(), choice.line), ("predict-04-slow", 3));
        assert_eq!(choice.page, "04-four.md");
        assert_eq!(choice.answers[1].html, "<em>all</em>");
        // `fast got 1 to 1` does not stand in `fast got 1 to 10`.
        assert_eq!(choice.right(), [0]);
        let outcome = "by 6, slow got 7".to_string();
        assert_eq!(
            choice.judge(Given::Chosen(0)),
            Some(Judged { right: true, mistake: None, outcome: outcome.clone() })
        );
        let mistake = Some("broadcast-never-loses".to_string());
        assert_eq!(
            choice.judge(Given::Chosen(1)),
            Some(Judged { right: false, mistake, outcome })
        );
        assert_eq!(choice.judge(Given::Chosen(2)), None);
        assert_eq!(choice.judge(Given::Typed("7")), None);
    }

    #[test]
    fn an_answer_is_remembered_by_what_it_says() {
        let choice = whole(CHOICE);
        assert_eq!(choice.given("slow got 7"), Some(Given::Chosen(0)));
        assert_eq!(choice.given("slow got"), None);
        let typed =
            "<p class=\"predict\" id=\"p\" data-find=\"(\\d) threads\">How many?</p>";
        let typed = whole(typed);
        assert_eq!(typed.given("4"), Some(Given::Typed("4")));
        assert_eq!(typed.given("4\n"), None);
        assert!(typed.given(&"x".repeat(80)).is_some());
        assert_eq!(typed.given(&"x".repeat(81)), None);
    }

    #[test]
    fn an_answer_may_speak_of_several_lines() {
        let choice = whole(&CHOICE.replace("slow got 7", "slow lagged by 6"));
        assert_eq!(choice.right(), [0]);
        assert_eq!(choice.outcome, "slow lagged\n  by 6, slow got 7");
    }

    #[test]
    fn what_is_typed_is_compared_with_what_is_found() {
        let typed = "<p class=\"predict\" id=\"predict-04-threads\" \
                     data-find=\"tasks +(\\d+) threads\">How many?</p>";
        let typed = whole(typed);
        assert_eq!(typed.outcome, "4");
        for (words, right) in
            [("4", true), (" 4 threads ", true), ("3", false), ("4 or 5", false)]
        {
            let judged = typed.judge(Given::Typed(words)).unwrap();
            assert_eq!(judged.right, right, "{words}");
        }
        assert_eq!(typed.judge(Given::Typed(" ")), None);
        let word = "<p class=\"predict\" id=\"predict-04-who\" data-find=\"(?<who>\\w+) lagged\">Who?</p>";
        assert!(whole(word).judge(Given::Typed("`Slow`")).unwrap().right);
        assert!(
            is_same("1000", "1,000") && is_same("2.50", "2.5") && !is_same("25", "2.5")
        );
    }

    #[test]
    fn what_is_found_may_stand_on_two_lines() {
        for find in ["(\\d+)\\s+slow lagged", "(\\d+) slow lagged by"] {
            let typed = format!(
                "<p class=\"predict\" id=\"p\" data-find=\"{find}\">How many?</p>"
            );
            assert_eq!(whole(&typed).outcome, "10", "{find}");
        }
    }

    #[test]
    fn a_prediction_that_is_not_whole_is_a_fault() {
        fault(&CHOICE.replace(" id=\"predict-04-slow\"", ""), "without an id");
        fault(&CHOICE.replace(" data-says=\"slow got 7\"", ""), "without a `data-says`");
        fault(&CHOICE.replace("data-mistake", "data-right"), "`data-right` is none of");
        fault(&CHOICE.replace("7 and on</li>", "7\nand on</li>"), "on one line");
        fault(&format!("{CHOICE}\n\nMore."), "no `<details>` follows");
        fault(&CHOICE.replace("<ol", "- <ol"), "at the start of a line");
        let typed = |find: &str| {
            format!("<p class=\"predict\" id=\"predict-04-x\" data-find=\"{find}\">?</p>")
        };
        fault(&typed("(a)(b)"), "has not one group");
        fault(&typed("("), "is no pattern");
        fault(&typed("nobody (.+)"), "finds nothing");
        fault(&typed("(a)").replace(" data-find=\"(a)\"", ""), "has a `data-find`");
        let dir = tempfile::tempdir().unwrap();
        let text = format!("{CHOICE}\n\n<details>\n\n</details>\n");
        let (_, faults) = of_page(dir.path(), &dir.path().join("04.md"), &text);
        assert_eq!(faults[0].what, "its `<details>` shows no recording");
    }

    #[test]
    fn what_a_page_says_about_predictions_is_none() {
        let (predictions, faults) =
            read(&format!("```html\n{CHOICE}\n```\n\nUse `<ol class=\"predict\">`."));
        assert!(predictions.is_empty() && faults.is_empty());
    }
}
