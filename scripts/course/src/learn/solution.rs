//! `cargo course solution`: our answer beside the reader's.
//!
//! Documentation is not compared: ours says what the code does, and the reader had no reason to
//! write any. Where the two differ in code, and not only in comments or layout, a line is marked:
//! among many differences of taste, these are the ones to think about.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::process::ExitCode;

use anstyle::Style;
use anyhow::{Context, Result};
use similar::{DiffOp, DiffTag, TextDiff};
use textwrap::core::display_width;

use crate::repo::progress::Progress;
use crate::repo::sources::rust_files;
use crate::repo::workspace::{Course, Exercise};
use crate::text::{self, BOLD, DIM, GREEN, RED, paint};

/// In front of a line that matters.
const MARK: &str = "▸";

/// How many lines that are the same are shown around those that are not.
const AROUND: usize = 3;

/// Runs `cargo course solution NAME`.
pub fn run(
    course: &Course,
    exercise: &Exercise,
    reveal: bool,
    side_by_side: bool,
) -> Result<ExitCode> {
    let progress = Progress::open(course)?;
    if progress.of(exercise).passed.is_none() && !reveal {
        text::warn(&text::wrapped(
            "",
            &format!(
                "Your answer to {0} has not passed yet: `cargo course check {0}` first, \
                 `cargo course hint {0}` if you are stuck, or add --reveal to see ours anyway.",
                exercise.name
            ),
        ));
        return Ok(ExitCode::FAILURE);
    }
    text::say(&told(course, exercise, side_by_side)?);
    Ok(ExitCode::SUCCESS)
}

/// Our answer, as a diff from the reader's.
pub fn told(course: &Course, exercise: &Exercise, side_by_side: bool) -> Result<String> {
    let solution = exercise.solution();
    let ours = fs::read_to_string(&solution)
        .with_context(|| format!("cannot read {}", course.shown(&solution)))?;
    let yours = match fs::read_to_string(&exercise.file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        read => {
            read.with_context(|| format!("cannot read {}", course.shown(&exercise.file)))?
        }
    };

    let why = text::markdown(&text::header(&ours));
    let mut said = format!("{BOLD}{}{BOLD:#}\n\n{why}\n", course.shown(&solution));
    // Ours gets the reader's header, so that the numbers of the lines are the file's own.
    let header = &yours[..yours.len() - text::body(&yours).len()];
    let ours = format!("{header}{}", text::body(&ours));
    let diff = Diff::of(&yours, &ours);
    let names = (course.shown(&exercise.file), course.shown(&solution));
    said += &match side_by_side {
        true => diff.side_by_side(text::terminal_width().unwrap_or(160)),
        false => diff.unified(&names.0, &names.1),
    };
    let also = rust_files(&exercise.solution_dir.join("also"))?;
    if !also.is_empty() {
        said += &format!("\n{BOLD}Right as well{BOLD:#}\n");
        for path in also {
            said += &format!("  {}\n", course.shown(&path));
        }
    }
    Ok(said)
}

/// Two files, without their documentation, and where they differ.
struct Diff<'a> {
    yours: Vec<Numbered<'a>>,
    ours: Vec<Numbered<'a>>,
    hunks: Vec<Vec<DiffOp>>,
}

/// A line of a file, after its number from 0.
type Numbered<'a> = (usize, &'a str);

/// A line of one of the files: its number from 0, its text, and whether it matters.
type Line<'a> = Option<(usize, &'a str, bool)>;

impl<'a> Diff<'a> {
    fn of(yours: &'a str, ours: &'a str) -> Diff<'a> {
        let (yours, ours) = (undocumented(yours), undocumented(ours));
        let texts = |lines: &[Numbered<'a>]| -> Vec<&'a str> {
            lines.iter().map(|(_, text)| *text).collect()
        };
        let hunks =
            TextDiff::from_slices(&texts(&yours), &texts(&ours)).grouped_ops(AROUND);
        Diff { yours, ours, hunks }
    }

    /// In the form of `diff -u`, with the marks in front.
    fn unified(&self, your_name: &str, our_name: &str) -> String {
        if self.hunks.is_empty() {
            return same();
        }
        let mut said = format!("  {}\n", paint(RED, format!("--- {your_name}")));
        said += &format!("  {}\n", paint(GREEN, format!("+++ {our_name}")));
        let mut marked = false;
        for hunk in &self.hunks {
            said += &format!("  {}\n", paint(DIM, self.header(hunk)));
            let mut line = |sign: char, text: &str, style, matters: bool| {
                marked |= matters;
                let style = match sign {
                    ' ' => Style::new(),
                    _ if matters => style,
                    _ => DIM,
                };
                let mark = if matters { MARK } else { " " };
                said += &paint(style, format!("{mark} {sign}{text}"));
                said.push('\n');
            };
            for op in hunk {
                if op.tag() == DiffTag::Equal {
                    for (_, text) in &self.ours[op.new_range()] {
                        line(' ', text, Style::new(), false);
                    }
                    continue;
                }
                let (gone, come) = self.sides(op);
                for (_, text, matters) in gone.into_iter().flatten() {
                    line('-', text, RED, matters);
                }
                for (_, text, matters) in come.into_iter().flatten() {
                    line('+', text, GREEN, matters);
                }
            }
        }
        said + &legend(marked)
    }

    /// In two columns, the reader's on the left.
    fn side_by_side(&self, width: usize) -> String {
        if self.hunks.is_empty() {
            return same();
        }
        let column = (width.clamp(60, 200) - 3) / 2;
        let mut said = String::new();
        let mut row = |mark: &str, left: Cell, right: Cell| {
            let (left, right) = (left.lines(column), right.lines(column));
            for i in 0..left.len().max(right.len()) {
                let side = |side: &[(String, usize)]| {
                    let (text, width) = side.get(i).cloned().unwrap_or_default();
                    text + &" ".repeat(column - width)
                };
                let mark = if i == 0 { mark } else { " " };
                let line = format!("{} {mark} {}", side(&left), side(&right));
                said += line.trim_end();
                said.push('\n');
            }
        };
        row(" ", Cell::title("yours"), Cell::title("ours"));
        let mut marked = false;
        for (i, hunk) in self.hunks.iter().enumerate() {
            if i > 0 {
                row(" ", Cell::gap(), Cell::gap());
            }
            for op in hunk {
                let (left, right) = match op.tag() {
                    DiffTag::Equal => (
                        same_lines(&self.yours[op.old_range()]),
                        same_lines(&self.ours[op.new_range()]),
                    ),
                    _ => self.sides(op),
                };
                let equal = op.tag() == DiffTag::Equal;
                for i in 0..left.len().max(right.len()) {
                    let side = |side: &[Line<'_>], style| {
                        let line = side.get(i).copied().flatten();
                        Cell::code(line, equal, style)
                    };
                    let matters = [&left, &right]
                        .iter()
                        .filter_map(|side| side.get(i).copied().flatten())
                        .any(|(_, _, matters)| matters);
                    marked |= matters;
                    let mark = if matters { MARK } else { " " };
                    row(mark, side(&left, RED), side(&right, GREEN));
                }
            }
        }
        said + &legend(marked)
    }

    /// `@@ -4,5 +4,5 @@`, in the numbers of the files themselves.
    fn header(&self, hunk: &[DiffOp]) -> String {
        let (first, last) = (hunk[0], hunk[hunk.len() - 1]);
        let range = |lines: &[Numbered<'_>], start: usize, end: usize| {
            let number =
                |at: usize| lines.get(at).map_or(lines.len(), |(number, _)| *number);
            match end - start {
                0 => format!("{},0", number(start)),
                1 => format!("{}", number(start) + 1),
                _ => {
                    let (start, end) = (number(start), number(end - 1) + 1);
                    format!("{},{}", start + 1, end - start)
                }
            }
        };
        format!(
            "@@ -{} +{} @@",
            range(&self.yours, first.old_range().start, last.old_range().end),
            range(&self.ours, first.new_range().start, last.new_range().end)
        )
    }

    /// The lines of both sides where they differ. One matters if it has code that is not on
    /// the other side as well.
    fn sides(&self, op: &DiffOp) -> (Vec<Line<'a>>, Vec<Line<'a>>) {
        let side = |lines: &[Numbered<'a>], other: &[Numbered<'a>]| {
            let mut there: HashMap<String, usize> = HashMap::new();
            for (_, line) in other {
                *there.entry(code(line)).or_default() += 1;
            }
            lines
                .iter()
                .map(|(number, line)| {
                    let code = code(line);
                    let left = there.get_mut(&code).filter(|left| **left > 0);
                    let also_there = left.map(|left| *left -= 1).is_some();
                    Some((*number, *line, !code.is_empty() && !also_there))
                })
                .collect()
        };
        let (yours, ours) = (&self.yours[op.old_range()], &self.ours[op.new_range()]);
        (side(yours, ours), side(ours, yours))
    }
}

/// The lines of a file that are no documentation, without the spaces that end them.
fn undocumented(text: &str) -> Vec<Numbered<'_>> {
    let lines = text.lines().map(str::trim_end).enumerate();
    let documents = |line: &str| {
        let line = line.trim_start();
        line.starts_with("//!") || line.starts_with("///") && !line.starts_with("////")
    };
    lines.filter(|(_, line)| !documents(line)).collect()
}

fn same_lines<'a>(lines: &[Numbered<'a>]) -> Vec<Line<'a>> {
    lines.iter().map(|(number, line)| Some((*number, *line, false))).collect()
}

fn same() -> String {
    "Your code is the same, line by line.\n".into()
}

fn legend(marked: bool) -> String {
    let text = match marked {
        true => format!(
            "{MARK} The code differs here, and not only its comments or its layout."
        ),
        false => "Only comments and layout differ.".to_string(),
    };
    format!("\n{}", text::wrapped("", &text))
}

/// What of a line is code: without the comment that ends it, and without its spaces.
fn code(line: &str) -> String {
    let mut quoted = false;
    let mut before = ' ';
    let mut end = line.len();
    for (at, c) in line.char_indices() {
        match c {
            '"' if before != '\\' && before != '\'' => quoted = !quoted,
            '/' if before == '/' && !quoted => {
                end = at - 1;
                break;
            }
            _ => {}
        }
        before = if before == '\\' { ' ' } else { c };
    }
    line[..end].split_whitespace().collect()
}

/// What stands in one column.
struct Cell {
    number: String,
    text: String,
    style: Style,
}

impl Cell {
    fn title(text: &str) -> Cell {
        Cell { number: String::new(), text: text.into(), style: BOLD }
    }

    fn gap() -> Cell {
        Cell { number: String::new(), text: "…".into(), style: DIM }
    }

    fn code(line: Line<'_>, equal: bool, style: Style) -> Cell {
        let Some((number, text, matters)) = line else {
            return Cell { number: String::new(), text: String::new(), style: DIM };
        };
        let style = match equal {
            true => Style::new(),
            false if matters => style,
            false => DIM,
        };
        Cell { number: (number + 1).to_string(), text: text.into(), style }
    }

    /// The text in lines of at most this width, each with its own width.
    fn lines(&self, width: usize) -> Vec<(String, usize)> {
        let mut lines = Vec::new();
        let mut rest = self.text.as_str();
        loop {
            let number = if lines.is_empty() { self.number.as_str() } else { "" };
            let room = width - 5;
            let mut end = rest.len();
            while display_width(&rest[..end]) > room {
                end = rest[..end].char_indices().next_back().map_or(0, |(at, _)| at);
            }
            let text = &rest[..end];
            let shown =
                if text.is_empty() { String::new() } else { paint(self.style, text) };
            let number = paint(DIM, format!("{number:>4}"));
            lines.push((format!("{number} {shown}"), 5 + display_width(text)));
            rest = &rest[end..];
            if rest.is_empty() || end == 0 {
                return lines;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use anstream::adapter::strip_str;

    use super::*;

    const YOURS: &str = "//! Mine.\n\nfn f() -> u32 {\n    let x = 1; // one\n    x\n}\n";
    const OURS: &str =
        "//! Mine.\n\nfn f() -> u32 {\n    let x = 1;\n    // Why.\n    x + 1\n}\n";

    #[test]
    fn a_line_that_differs_in_its_comment_alone_is_not_marked() {
        let said = Diff::of(YOURS, OURS).unified("a", "b");
        let said = strip_str(&said).to_string();
        assert!(said.contains("\n  -    let x = 1; // one\n"), "{said}");
        assert!(said.contains("\n  +    // Why.\n"), "{said}");
        assert!(said.contains("\n▸ -    x\n"), "{said}");
        assert!(said.contains("\n▸ +    x + 1\n"), "{said}");
        assert!(said.contains("\n  @@ -2,5 +2,6 @@\n"), "{said}");
    }

    #[test]
    fn both_columns_have_their_own_numbers_and_wrap() {
        let said = Diff::of(YOURS, OURS).side_by_side(60);
        let said = strip_str(&said).to_string();
        let columns = said.lines().take_while(|line| !line.is_empty());
        assert!(columns.into_iter().all(|line| display_width(line) <= 62), "{said}");
        let line = said.lines().find(|line| line.contains("fn f()")).unwrap();
        assert_eq!(line.matches("   3 fn f() -> u32 {").count(), 2, "{said}");
        let long = "let s = \"0123456789 0123456789 0123456789\";\n";
        let said = strip_str(&Diff::of("", long).side_by_side(60)).to_string();
        assert_eq!(
            said.lines().filter(|line| line.contains("56789")).count(),
            2,
            "{said}"
        );
    }

    #[test]
    fn documentation_is_not_compared() {
        let mine = "/// Mine.\nfn f() {\n    g()\n}\n";
        let ours = "/// Ours.\n/// More.\nfn f() {\n    g()\n}\n";
        assert_eq!(Diff::of(mine, ours).unified("a", "b"), same());
        let other = ours.replace("g()", "h()");
        let said = Diff::of(mine, &other).unified("a", "b");
        let said = strip_str(&said).to_string();
        assert!(!said.contains("Ours.") && said.contains("▸ +    h()\n"), "{said}");
        assert!(said.contains("\n  @@ -2,3 +3,3 @@\n"), "{said}");
    }

    #[test]
    fn what_is_the_same_is_said_to_be() {
        assert_eq!(Diff::of(OURS, OURS).unified("a", "b"), same());
        assert_eq!(Diff::of(OURS, OURS).side_by_side(80), same());
        let said = Diff::of("x\n// a\n", "x\n// b\n").unified("a", "b");
        assert!(said.contains("Only comments and layout differ."), "{said}");
    }

    #[test]
    fn a_comment_begins_outside_of_strings() {
        assert_eq!(code("  let url = \"http://x\"; // why"), "leturl=\"http://x\";");
        assert_eq!(code("let c = '\"'; // why"), "letc='\"';");
        assert_eq!(code("// only"), "");
    }
}
