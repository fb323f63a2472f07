//! What the screen shows.

use std::io::{self, Write};
use std::sync::Arc;

use anstream::adapter::strip_str;
use anyhow::{Context, Result};
use crossterm::terminal::{
    BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate,
};
use crossterm::{cursor, queue};

use crate::learn::{hint, next, solution};
use crate::live::overview;
use crate::live::state::{ExerciseView, Snapshot, StateName, Verdict};
use crate::live::terminal::fit::{Body, fit, lines_of, rows};
use crate::live::terminal::options::Options;
use crate::live::terminal::tty::{size, write_all};
use crate::live::terminal::words::{after_a_pass, doing, find, gone, note};
use crate::repo::workspace::Course;
use crate::text::{self, BOLD, DIM, MAGENTA, paint};

/// What the screen shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum View {
    /// Where the reader is.
    Overview,
    /// The story of an exercise.
    Story(String),
    /// How the last check of an exercise ended.
    Verdict(String),
    /// The hints that were asked for.
    Hints(String),
    /// Our solution.
    Solution(String),
}

/// What is shown now, and what it is made from.
pub(super) struct Shown<'a> {
    course: &'a Course,
    options: Options,
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) view: View,
    /// Whether all of it is shown, though it is longer than the screen.
    pub(super) full: bool,
    /// An answer to the last key, in a line.
    pub(super) reply: Option<String>,
}

impl<'a> Shown<'a> {
    pub(super) fn new(course: &'a Course, options: Options) -> Shown<'a> {
        let snapshot = Arc::default();
        let view = View::Overview;
        Shown { course, options, snapshot, view, full: false, reply: None }
    }

    pub(super) fn show(&mut self, view: View) {
        self.view = view;
        self.full = false;
        self.reply = None;
    }

    /// The exercise that the screen is about.
    pub(super) fn focus(&self) -> Option<&ExerciseView> {
        match &self.view {
            View::Overview => self
                .snapshot
                .next
                .as_deref()
                .and_then(|name| self.snapshot.exercise(name)),
            View::Story(name)
            | View::Verdict(name)
            | View::Hints(name)
            | View::Solution(name) => self.snapshot.exercise(name),
        }
    }

    fn body(&self) -> Body {
        let course = self.course;
        let book = self.options.book.as_deref();
        let exercise = |name: &str| (find(course, name), self.snapshot.exercise(name));
        match &self.view {
            View::Overview => {
                let mut kept = overview::told(course, &self.snapshot, book);
                for notice in &self.snapshot.notices {
                    kept += &format!("\n{}", note(notice));
                }
                let extra = format!("\n{}", overview::commands());
                Body { kept, extra, ..Body::default() }
            }
            View::Story(name) => {
                let kept = next::story(course, exercise(name).0, book);
                Body { kept, ..Body::default() }
            }
            View::Verdict(name) => match exercise(name).1 {
                Some(view) if view.state == StateName::Missing => {
                    Body { kept: gone(view), ..Body::default() }
                }
                Some(ExerciseView { verdict: Some(verdict), .. }) => {
                    self.verdict(name, verdict)
                }
                _ => Body {
                    kept: next::story(course, exercise(name).0, book),
                    ..Body::default()
                },
            },
            View::Hints(name) => Body { kept: self.hints(name), ..Body::default() },
            View::Solution(name) => {
                let kept = solution::told(course, exercise(name).0, false);
                let kept = kept.unwrap_or_else(|error| format!("{error:#}\n"));
                Body { kept, ..Body::default() }
            }
        }
    }

    fn verdict(&self, name: &str, verdict: &Verdict) -> Body {
        let told = &verdict.told;
        let view = self.snapshot.exercise(name).expect("it has a verdict");
        let mut before = told.words.clone();
        let mut kept = told.meaning.clone();
        if verdict.passed {
            if !before.is_empty() {
                before.push('\n');
            }
            let book = self.options.book.as_deref();
            kept.push('\n');
            kept += &after_a_pass(self.course, &self.snapshot, view, book);
        } else {
            kept += &text::fact("edit", &view.file);
        }
        Body { before, kept, after: told.aside.clone(), ..Body::default() }
    }

    fn hints(&self, name: &str) -> String {
        let Some(view) = self.snapshot.exercise(name) else { return String::new() };
        let mut said = String::new();
        for (number, hint) in view.hints.iter().enumerate() {
            let title = hint::titled(number + 1, view.hints_total, &hint.heading);
            said += &format!("{BOLD}{name}, {title}{BOLD:#}\n\n");
            said += &text::markdown(&hint.markdown);
            said.push('\n');
        }
        let left = match view.hints_total - view.hints.len() {
            0 => "That was the last hint.".to_string(),
            left => format!("{} left: press h", text::count(left, "hint")),
        };
        said + &format!("{DIM}{left}{DIM:#}\n")
    }

    /// The lines below everything else: what is under way, and the keys.
    fn foot(&self) -> String {
        let mut said = String::from("\n");
        said += &match (&self.reply, &self.snapshot.busy) {
            (Some(reply), _) => text::wrapped("", reply),
            (None, Some(busy)) => paint(MAGENTA, doing(busy)) + "\n",
            (None, None) if self.options.watch => {
                "Watching: save an exercise, and it is checked.\n".into()
            }
            (None, None) => "Not watching: r checks an exercise.\n".into(),
        };
        if let Some(url) = &self.options.book {
            said += &format!("The book, live: {url}\n");
        }
        let passed = self.focus().is_some_and(|view| view.solution_open);
        let mut keys = vec![("h", "hint"), ("n", "next"), ("r", "run again")];
        keys.extend(passed.then_some(("s", "solution")));
        keys.push(("q", "quit"));
        let keys: Vec<String> = keys
            .into_iter()
            .map(|(key, what)| format!("{BOLD}{key}{BOLD:#} {what}"))
            .collect();
        let total = self.snapshot.exercises().count();
        let done =
            self.snapshot.chapters.iter().map(|chapter| chapter.done).sum::<usize>();
        let tally = paint(DIM, format!("{done} of {total} done"));
        said + &format!("{}   {tally}", keys.join("   "))
    }

    pub(super) fn draw(&self) -> Result<()> {
        let (width, height) = size();
        let foot: Vec<String> = lines_of(&self.foot());
        let room = height.saturating_sub(rows(&foot, width));
        let body = self.body();
        let (lines, overflows) = if self.full {
            let all = lines_of(&format!("{}{}{}", body.before, body.kept, body.after));
            let overflows = rows(&all, width) > room;
            (all, overflows)
        } else {
            (fit(&body, width, room), false)
        };
        let plain =
            anstream::AutoStream::choice(&io::stdout()) == anstream::ColorChoice::Never;
        let shown: Vec<String> = lines
            .into_iter()
            .chain(foot)
            .map(|line| if plain { strip_str(&line).to_string() } else { line })
            .collect();
        let drawn = write_all(|out| {
            queue!(out, BeginSynchronizedUpdate)?;
            if overflows {
                queue!(out, Clear(ClearType::All))?;
            }
            queue!(out, cursor::MoveTo(0, 0))?;
            for (n, line) in shown.iter().enumerate() {
                if n > 0 {
                    write!(out, "\r\n")?;
                }
                write!(out, "{line}")?;
                queue!(out, Clear(ClearType::UntilNewLine))?;
            }
            queue!(out, Clear(ClearType::FromCursorDown), EndSynchronizedUpdate)
        });
        drawn.context("the terminal cannot be written to")
    }
}
