//! What the tool says, and how it looks: wrapped, in few colors, on any terminal.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::Write as _;

use anstyle::{AnsiColor, Style};

/// Titles, and the commands to type.
pub const BOLD: Style = Style::new().bold();
/// What matters less.
pub const DIM: Style = Style::new().dimmed();
/// What is done and right.
pub const GREEN: Style = AnsiColor::Green.on_default();
/// What is wrong.
pub const RED: Style = AnsiColor::Red.on_default();
/// What is under way. (Yellow cannot be read on white, nor blue on black.)
pub const MAGENTA: Style = AnsiColor::Magenta.on_default();

/// The text in this style.
pub fn paint(style: Style, text: impl std::fmt::Display) -> String {
    format!("{style}{text}{style:#}")
}

/// Writes to standard output, without color where none is wanted.
///
/// Whatever the text quotes, it is [`harmless`] then. A pipe that was closed
/// (`cargo course list | head -3`) is not worth a panic.
pub fn say(text: &str) {
    let _ = anstream::stdout().write_all(harmless(text).as_bytes());
}

/// Writes what other programs read to standard output, as it is.
pub fn put(text: &str) {
    let _ = std::io::stdout().write_all(text.as_bytes());
}

/// Writes lines to standard error, in one piece, and [`harmless`].
pub fn warn(text: &str) {
    let text = format!("{}\n", harmless(text.trim_end()));
    let _ = anstream::stderr().write_all(text.as_bytes());
}

/// A text that does nothing to a terminal but color it: all other control characters and
/// sequences are escaped.
///
/// What is shown quotes much that others wrote: the source of an answer, the names of files, the
/// messages of `compile_error!`.
pub fn harmless(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("\x1b[") {
        let (before, sequence) = rest.split_at(start);
        let parameters = sequence["\x1b[".len()..]
            .find(|c: char| !c.is_ascii_digit() && c != ';' && c != ':')
            .map_or(sequence.len(), |length| "\x1b[".len() + length);
        out += &probe::words::harmless(before);
        rest = match sequence[parameters..].strip_prefix('m') {
            Some(after) => {
                out += &sequence[..parameters];
                out.push('m');
                after
            }
            None => {
                out += &probe::words::harmless(&sequence[..parameters]);
                &sequence[parameters..]
            }
        };
    }
    out + &probe::words::harmless(rest)
}

/// How wide a line may be: the terminal's width, and 100 at most.
pub fn width() -> usize {
    terminal_width().unwrap_or(80).clamp(40, 100)
}

/// How wide the terminal is, if there is one.
pub fn terminal_width() -> Option<usize> {
    terminal_size::terminal_size().map(|(width, _)| usize::from(width.0))
}

/// The text wrapped, its first line after `first` and the others after as many spaces.
pub fn wrapped(first: &str, text: &str) -> String {
    let rest = " ".repeat(textwrap::core::display_width(first));
    let options = textwrap::Options::new(width())
        .initial_indent(first)
        .subsequent_indent(&rest)
        .break_words(false)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    textwrap::fill(text, options) + "\n"
}

/// One line of a list of facts: `  read      chapter 2, "A copy is not shared"`.
pub fn fact(key: &str, value: &str) -> String {
    wrapped(&format!("  {key:<9} "), value)
}

/// One command to type, and what it does.
pub fn command(command: &str, what: &str) -> String {
    wrapped(&format!("  {BOLD}{command:<27}{BOLD:#}  "), what)
}

/// A mistake in four lines, as the checks print it.
pub fn explanation(
    exercise: &str,
    title: &str,
    id: &str,
    saw: &str,
    because: &str,
    read: &str,
) -> String {
    let first = format!("{exercise}: {title}");
    let gap = 64usize.saturating_sub(first.chars().count()).max(2);
    let mut text = format!("{BOLD}{first}{:gap$}[{id}]{BOLD:#}\n", "");
    for (key, value) in [("saw", saw), ("because", because), ("read", read)] {
        if !value.is_empty() {
            text += &fact(key, value);
        }
    }
    text
}

/// A fact in Markdown: its first line stands after the key, and all others below it.
pub fn fact_in_markdown(key: &str, value: &str) -> String {
    let key = format!("  {key:<9} ");
    let text = markdown_at(key.len(), value);
    text.get(key.len()..).map(|rest| key + rest).unwrap_or_default()
}

/// Markdown for a terminal: paragraphs and lists wrapped, code indented, links as their text.
pub fn markdown(source: &str) -> String {
    markdown_at(0, source)
}

/// The same, so many columns from the left.
fn markdown_at(column: usize, source: &str) -> String {
    let indent = " ".repeat(column);
    let mut out = String::new();
    let mut paragraph = String::new();
    let mut fenced = false;
    for line in source.lines() {
        let trimmed = line.trim();
        let item = ["- ", "* "].iter().any(|bullet| trimmed.starts_with(bullet));
        if fenced || trimmed.is_empty() || item || trimmed.starts_with("```") {
            flush(&indent, &mut paragraph, &mut out);
        }
        if trimmed.starts_with("```") {
            fenced = !fenced;
        } else if fenced {
            writeln!(out, "{indent}    {}", line.trim_end()).expect("a String takes it");
        } else if trimmed.is_empty() {
            if !out.is_empty() && !out.ends_with("\n\n") {
                out.push('\n');
            }
        } else {
            if !paragraph.is_empty() {
                paragraph.push(' ');
            }
            paragraph.push_str(trimmed);
        }
    }
    flush(&indent, &mut paragraph, &mut out);
    let end = out.trim_end().len();
    out.truncate(end);
    out.push('\n');
    out
}

fn flush(indent: &str, paragraph: &mut String, out: &mut String) {
    let text = plain(paragraph);
    if let Some(item) = text.strip_prefix("- ").or_else(|| text.strip_prefix("* ")) {
        out.push_str(&wrapped(&format!("{indent}- "), item));
    } else if !text.is_empty() {
        out.push_str(&wrapped(indent, &text));
    }
    paragraph.clear();
}

/// One line of Markdown for a terminal: a link becomes its text, and everything else stays.
pub fn plain(markdown: &str) -> Cow<'_, str> {
    Cow::Owned(probe::catalogue::plain(markdown))
}

/// The `//!` lines that open a file, without the `//!`.
pub fn header(source: &str) -> String {
    let mut text = String::new();
    for line in source.lines().map_while(|line| line.trim_start().strip_prefix("//!")) {
        text.push_str(line.strip_prefix(' ').unwrap_or(line));
        text.push('\n');
    }
    text
}

/// What follows the `//!` lines that open a file, and the empty lines after them.
pub fn body(source: &str) -> &str {
    let mut rest = source;
    while rest.trim_start_matches([' ', '\t']).starts_with("//!") {
        rest = rest.split_once('\n').map_or("", |(_, rest)| rest);
    }
    rest.trim_start_matches(['\r', '\n'])
}

/// "1 minute", "2 minutes".
pub fn count(n: usize, thing: &str) -> String {
    format!("{n} {thing}{}", if n == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colors_are_all_that_a_text_does_to_a_terminal() {
        let colored = "\x1b[1m\x1b[38;5;9merror\x1b[0m: it\twraps\n";
        assert_eq!(harmless(colored), colored);
        for (text, shown) in [
            ("\x1b[2J\x1b[1;1H", "\\u{1b}[2J\\u{1b}[1;1H"),
            ("\x1b]0;title\x07", "\\u{1b}]0;title\\u{7}"),
            ("\x1b]52;c;aGk=\x1b\\", "\\u{1b}]52;c;aGk=\\u{1b}\\"),
            ("\x1b[1;5r\x1b[31m", "\\u{1b}[1;5r\x1b[31m"),
            ("right\rwrong\r\n", "right\\rwrong\n"),
            ("\u{9b}2J\u{202e}", "\\u{9b}2J\\u{202e}"),
            ("\x1b[31", "\\u{1b}[31"),
            ("\x1b[", "\\u{1b}["),
            ("\x1b[?25l\x1bc", "\\u{1b}[?25l\\u{1b}c"),
        ] {
            assert_eq!(harmless(text), shown);
        }
    }

    #[test]
    fn markdown_keeps_code_as_it_is_and_wraps_the_rest() {
        let source = "One\ntwo [three](x.md).\n\n- an\n  item\n- another\n\n```rust\nfn f() {\n    1\n}\n```\n";
        assert_eq!(
            markdown(source),
            "One two three.\n\n- an item\n- another\n\n    fn f() {\n        1\n    }\n"
        );
    }

    #[test]
    fn a_fact_may_have_paragraphs() {
        assert_eq!(
            fact_in_markdown("story", "One\ntwo.\n\n- an\n  item\n"),
            "  story     One two.\n\n            - an item\n"
        );
        assert_eq!(fact_in_markdown("story", ""), "");
    }

    #[test]
    fn a_file_is_its_header_and_its_body() {
        let source = "//! Story.\n//!\n//! - must\n\nfn main() {}\n";
        assert_eq!(header(source), "Story.\n\n- must\n");
        assert_eq!(body(source), "fn main() {}\n");
    }
}
