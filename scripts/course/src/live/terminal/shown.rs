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
use crate::live::terminal::fit::{Body, Rank, fit, lines_of, refilled, rows};
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
    /// What the keys do. They go on to be about the exercise that was shown before.
    Keys(Option<String>),
}

/// What is shown now, and what it is made from.
pub(super) struct Shown<'a> {
    course: &'a Course,
    pub(super) options: Options,
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
            View::Overview | View::Keys(None) => self
                .snapshot
                .next
                .as_deref()
                .and_then(|name| self.snapshot.exercise(name)),
            View::Story(name)
            | View::Verdict(name)
            | View::Hints(name)
            | View::Solution(name)
            | View::Keys(Some(name)) => self.snapshot.exercise(name),
        }
    }

    fn body(&self) -> Body {
        let course = self.course;
        let book = self.options.book.as_ref();
        let exercise = |name: &str| (find(course, name), self.snapshot.exercise(name));
        let story = |name: &str| {
            with_next(Body::default(), next::story(course, exercise(name).0, book))
        };
        match &self.view {
            View::Overview => {
                let chapters = overview::chapters(&self.snapshot);
                let chapter = overview::chapter(&self.snapshot);
                let next = overview::next(course, &self.snapshot, book);
                let body = Body::default().with_short(
                    Rank::Third,
                    format!("{chapters}\n"),
                    chapter,
                );
                self.snapshot
                    .notices
                    .iter()
                    .fold(with_next(body, next), |body, notice| {
                        body.with(Rank::First, format!("\n{}", note(notice)))
                    })
                    .with_extra(format!("\n{}", overview::commands()))
            }
            View::Keys(_) => Body::default().with(Rank::First, self.keys_explained()),
            View::Story(name) => story(name),
            View::Verdict(name) => match exercise(name).1 {
                Some(view) if view.state == StateName::Missing => {
                    Body::default().with(Rank::First, gone(view))
                }
                Some(ExerciseView { verdict: Some(verdict), .. }) => {
                    self.verdict(name, verdict)
                }
                _ => story(name),
            },
            View::Hints(name) => Body::default().with(Rank::First, self.hints(name)),
            View::Solution(name) => {
                let ours = solution::told(course, exercise(name).0, false);
                let ours = ours.unwrap_or_else(|error| format!("{error:#}\n"));
                Body::default().with_words(Rank::First, ours)
            }
        }
    }

    fn verdict(&self, name: &str, verdict: &Verdict) -> Body {
        let told = &verdict.told;
        let view = self.snapshot.exercise(name).expect("it has a verdict");
        let gap = if verdict.passed && !told.words.is_empty() { "\n" } else { "" };
        let body = Body::default()
            .with_words(Rank::Second, format!("{}{gap}", told.words))
            .with(Rank::First, told.meaning.as_str());
        let body = match verdict.passed {
            true => {
                let book = self.options.book.as_ref();
                let next = after_a_pass(self.course, &self.snapshot, view, book);
                with_next(body.with(Rank::First, "\n"), next)
            }
            false => body.with(Rank::First, text::fact("edit", &view.file)),
        };
        body.with_words(Rank::Third, told.aside.as_str())
    }

    /// The keys, and what each does.
    fn keys_explained(&self) -> String {
        let mut said = format!("{BOLD}Keys{BOLD:#}\n\n");
        for (key, what) in [
            ("h", "a hint of the exercise that is shown; each h shows one more"),
            ("n", "the next exercise that is not done"),
            ("e", "opens exercise.rs in the editor that $VISUAL or $EDITOR names"),
            ("r", "runs the check again"),
            ("s", "our solution, once yours passes"),
            ("a", "all lines, where the screen is too small for them"),
            ("?", "these keys"),
            ("q", "ends the course, as Ctrl-C does; Ctrl-Z stops it for a while"),
        ] {
            said += &text::wrapped(&format!("  {BOLD}{key}{BOLD:#}  "), what);
        }
        said + "\n" + &overview::commands()
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
        if let Some(book) = &self.options.book {
            said += &format!("The book, live: {}\n", book.book());
        }
        let passed = self.focus().is_some_and(|view| view.solution_open);
        let mut keys =
            vec![("h", "hint"), ("n", "next"), ("e", "edit"), ("r", "run again")];
        keys.extend(passed.then_some(("s", "solution")));
        keys.extend([("?", "keys"), ("q", "quit")]);
        let keys: Vec<String> = keys
            .into_iter()
            .map(|(key, what)| format!("{BOLD}{key}{BOLD:#} {what}"))
            .collect();
        let total = self.snapshot.exercises().count();
        let done =
            self.snapshot.chapters.iter().map(|chapter| chapter.done).sum::<usize>();
        let tally = paint(DIM, format!("{done} of {total} done"));
        text::harmless(&format!("{said}{}   {tally}", keys.join("  ")))
    }

    pub(super) fn draw(&self) -> Result<()> {
        let (width, height) = size();
        let foot: Vec<String> = refilled(&self.foot(), width);
        let room = height.saturating_sub(rows(&foot, width));
        let body = self.body();
        let (lines, overflows) = if self.full {
            let all = lines_of(&body.all());
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

/// What comes next, below what is there. The story is the first to yield.
fn with_next(body: Body, next: next::Told) -> Body {
    body.with(Rank::First, next.heading)
        .with(Rank::Second, next.story)
        .with(Rank::First, next.places)
}
