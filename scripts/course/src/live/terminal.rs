//! The living course in a terminal: one screen for each verdict, and a key for what comes next.
//!
//! Without a terminal (in a pipe, in CI) the same is told in plain lines.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};
use std::panic;
use std::sync::{Arc, Once};

use anstream::adapter::strip_str;
use anyhow::{Context, Result};
use crossterm::event::{
    Event, EventStream, KeyCode, KeyEvent, KeyEventKind, KeyModifiers,
};
use crossterm::terminal::{
    self, BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate,
};
use crossterm::{cursor, queue};
use futures::StreamExt;

use super::state::{Busy, Doing, ExerciseView, Snapshot, StateName, Verdict};
use super::{Action, Live};
use crate::learn::{hint, solution};
use crate::live::overview;
use crate::repo::workspace::{Course, Exercise};
use crate::run::group::asked_to_end;
use crate::text::{self, BOLD, DIM, MAGENTA, paint};

/// What else is under way.
#[derive(Clone, Debug)]
pub struct Options {
    /// Whether saves are seen.
    pub watch: bool,
    /// Where the book is served, if it is.
    pub book: Option<String>,
}

/// Shows the living course until the reader ends it. Gives the exit status.
pub async fn run(live: &Live, options: Options) -> Result<u8> {
    let person = io::stdin().is_terminal() && io::stdout().is_terminal();
    let able = std::env::var_os("TERM").is_none_or(|term| term != "dumb");
    if person && able {
        Screen::new(live, options).run().await
    } else {
        lines(live, &options).await
    }
}

/// Says where the reader is and which commands there are, and ends.
pub async fn once(course: Arc<Course>) -> Result<u8> {
    let live = Live::start(course, super::Options { watch: false }).await?;
    let snapshot = live.subscribe().borrow().clone();
    live.shutdown().await;
    for notice in &snapshot.notices {
        text::warn(&note(notice));
    }
    let said = overview::told(live.course(), &snapshot, None);
    text::say(&format!("{said}\n{}", overview::commands()));
    Ok(0)
}

// ---- Plain lines -----------------------------------------------------------------------

/// Tells everything in lines that follow each other.
async fn lines(live: &Live, options: &Options) -> Result<u8> {
    let mut asked_to_end = std::pin::pin!(asked_to_end()?);
    let mut snapshots = live.subscribe();
    let mut shown = snapshots.borrow_and_update().clone();
    let mut said = overview::told(live.course(), &shown, options.book.as_deref());
    said.push('\n');
    said += &overview::commands();
    said.push('\n');
    for notice in &shown.notices {
        said += &note(notice);
    }
    if let Some(url) = &options.book {
        said += &text::fact("book", url);
    }
    if options.watch {
        said += &text::fact("watching", "save an exercise, and it is checked");
    } else {
        said += &text::fact("watching", "no: `cargo course check` checks an exercise");
    }
    said += &text::fact("end", "Ctrl-C");
    let mut told = Told::default();
    loop {
        let book = options.book.as_deref();
        said += &told.news(live.course(), &shown, book);
        if anstream::stdout().write_all(said.as_bytes()).is_err() {
            return Ok(0);
        }
        said.clear();
        tokio::select! {
            status = &mut asked_to_end => return Ok(status),
            () = nobody_reads() => return Ok(0),
            changed = snapshots.changed() => {
                changed.context("the watch ended by itself")?;
                shown = snapshots.borrow_and_update().clone();
            }
        }
    }
}

/// Ready once nobody reads our standard output any more: `cargo course | head` has seen enough.
pub async fn nobody_reads() {
    #[cfg(unix)]
    loop {
        use rustix::event::{PollFd, PollFlags, Timespec, poll};
        let out = io::stdout();
        let mut ends = [PollFd::new(&out, PollFlags::empty())];
        let now = Timespec { tv_sec: 0, tv_nsec: 0 };
        let looked = poll(&mut ends, Some(&now));
        if looked.is_ok() && ends[0].revents().intersects(PollFlags::ERR | PollFlags::HUP)
        {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    }
    #[cfg(not(unix))]
    std::future::pending().await
}

/// What was told in plain lines already.
#[derive(Default)]
struct Told {
    notices: usize,
    busy: Option<(String, Doing)>,
    verdicts: BTreeMap<String, u64>,
    missing: Option<String>,
}

impl Told {
    /// What this snapshot says that the ones before did not.
    fn news(
        &mut self,
        course: &Course,
        snapshot: &Snapshot,
        book: Option<&str>,
    ) -> String {
        let mut said = String::new();
        // The first ones stand in the overview.
        let before =
            if self.notices == 0 { snapshot.notices.len() } else { self.notices };
        for notice in snapshot.notices.iter().skip(before) {
            said += &note(notice);
        }
        self.notices = snapshot.notices.len().max(1);
        for view in snapshot.exercises() {
            let Some(verdict) = &view.verdict else { continue };
            if self.verdicts.insert(view.name.clone(), verdict.run) != Some(verdict.run) {
                said += &format!("\n{BOLD}{}{BOLD:#}\n\n", course_line(view));
                said += &verdict.ansi;
                if verdict.passed {
                    said.push('\n');
                    said += &after_a_pass(course, snapshot, view, book);
                }
            }
        }
        let missing = snapshot
            .current
            .as_deref()
            .and_then(|name| snapshot.exercise(name))
            .filter(|view| view.state == StateName::Missing);
        if self.missing.as_ref() != missing.map(|view| &view.name)
            && let Some(view) = missing
        {
            said += &gone(view);
        }
        self.missing = missing.map(|view| view.name.clone());
        let busy = snapshot.busy.as_ref().map(|busy| (busy.exercise.clone(), busy.doing));
        if busy != self.busy
            && let Some(Busy { exercise, doing, .. }) = &snapshot.busy
        {
            match doing {
                Doing::WaitingForCargo => {
                    said += &format!("{exercise}: waiting for another Cargo to finish\n");
                }
                Doing::Building
                    if self.busy.as_ref().map(|old| &old.0) != Some(exercise) =>
                {
                    said += &format!("{exercise}: checking\n");
                }
                Doing::Building | Doing::Running => {}
            }
        }
        self.busy = busy;
        said
    }
}

fn note(words: &str) -> String {
    text::wrapped(&format!("{MAGENTA}note:{MAGENTA:#} "), words)
}

fn course_line(view: &ExerciseView) -> String {
    format!("{}  {}", view.name, view.title)
}

fn gone(view: &ExerciseView) -> String {
    text::wrapped(
        "",
        &format!(
            "{} is missing: `cargo course reset {}` puts it back as it was shipped.",
            view.file, view.name
        ),
    )
}

/// What comes after an exercise that passes.
fn after_a_pass(
    course: &Course,
    snapshot: &Snapshot,
    passed: &ExerciseView,
    book: Option<&str>,
) -> String {
    match next_after(snapshot, &passed.name) {
        Some(next) => overview::told_story(course, find(course, &next.name), book),
        None => "Every exercise is done.\n".into(),
    }
}

/// The first exercise after this one that is not done, or else the first of all.
fn next_after<'a>(snapshot: &'a Snapshot, name: &str) -> Option<&'a ExerciseView> {
    let open = |view: &&ExerciseView| !view.state.is_done() && view.name != name;
    snapshot
        .exercises()
        .skip_while(|view| view.name != name)
        .find(open)
        .or_else(|| snapshot.exercises().find(open))
}

fn find<'a>(course: &'a Course, name: &str) -> &'a Exercise {
    let found = course.exercises().find(|(_, one)| one.name == name);
    found.expect("a snapshot shows exercises of its course").1
}

// ---- The terminal's modes --------------------------------------------------------------

/// A terminal that gives each key at once. Dropping it makes the terminal as it was.
struct Raw;

impl Raw {
    fn enter() -> Result<Raw> {
        static HOOK: Once = Once::new();
        HOOK.call_once(|| {
            let before = panic::take_hook();
            panic::set_hook(Box::new(move |info| {
                leave();
                before(info);
            }));
        });
        terminal::enable_raw_mode().context("the terminal gives no single keys")?;
        let _ = write_all(|out| queue!(out, cursor::Hide));
        Ok(Raw)
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        leave();
    }
}

/// Makes the terminal as it was, however often it is called.
fn leave() {
    let _ = write_all(|out| queue!(out, EndSynchronizedUpdate, cursor::Show));
    let _ = terminal::disable_raw_mode();
}

/// Writes to the terminal in one piece.
fn write_all(fill: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> io::Result<()> {
    let mut buffer = Vec::new();
    fill(&mut buffer)?;
    let mut out = io::stdout().lock();
    out.write_all(&buffer)?;
    out.flush()
}

// ---- The screen ------------------------------------------------------------------------

/// What the screen shows.
#[derive(Clone, Debug, PartialEq, Eq)]
enum View {
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

struct Screen<'a> {
    live: &'a Live,
    options: Options,
    snapshot: Arc<Snapshot>,
    view: View,
    /// Whether all of it is shown, though it is longer than the screen.
    full: bool,
    /// An answer to the last key, in a line.
    reply: Option<String>,
}

/// What the screen is made of, from the top.
#[derive(Default)]
struct Body {
    /// Shown as far as there is room.
    before: String,
    /// Shown in any case.
    kept: String,
    /// Shown as far as there is room.
    after: String,
    /// Shown if there is room for all of it.
    extra: String,
}

impl<'a> Screen<'a> {
    fn new(live: &'a Live, options: Options) -> Screen<'a> {
        let snapshot = Arc::default();
        let view = View::Overview;
        Screen { live, options, snapshot, view, full: false, reply: None }
    }

    async fn run(mut self) -> Result<u8> {
        let mut asked_to_end = std::pin::pin!(asked_to_end()?);
        let mut snapshots = self.live.subscribe();
        self.snapshot = snapshots.borrow_and_update().clone();
        let mut raw = Raw::enter()?;
        let mut keys = EventStream::new();
        // What stands on the screen moves up: nothing of it is lost.
        let (_, height) = size();
        write_all(|out| write!(out, "{}", "\r\n".repeat(height)))?;
        self.draw()?;
        let status = loop {
            tokio::select! {
                status = &mut asked_to_end => break status,
                changed = snapshots.changed() => {
                    changed.context("the watch ended by itself")?;
                    let snapshot = snapshots.borrow_and_update().clone();
                    if self.take(snapshot) {
                        self.draw()?;
                    }
                }
                event = keys.next() => match event {
                    Some(Ok(Event::Key(key))) if key.kind != KeyEventKind::Release => {
                        match self.key(key).await {
                            After::Draw => self.draw()?,
                            After::End => break 0,
                            After::Suspend => {
                                drop(raw);
                                suspend();
                                raw = Raw::enter()?;
                                self.draw()?;
                            }
                        }
                    }
                    Some(Ok(Event::Resize(..))) => self.draw()?,
                    Some(Ok(_)) => {}
                    // The terminal is gone.
                    Some(Err(_)) | None => break 128 + 1,
                },
            }
        };
        drop(raw);
        println!();
        Ok(status)
    }

    /// Takes the newest snapshot. Says whether there is something to draw.
    fn take(&mut self, snapshot: Arc<Snapshot>) -> bool {
        let before = std::mem::replace(&mut self.snapshot, snapshot);
        if let Some(name) = self.snapshot.current.clone()
            && self.has_news(&before, &name)
        {
            self.show(View::Verdict(name));
        }
        // A check that begins is news, and stands in the same line as an answer to a key.
        let checked = |snapshot: &Snapshot| {
            snapshot.busy.as_ref().map(|busy| busy.exercise.clone())
        };
        if self.snapshot.busy.is_some() && checked(&before) != checked(&self.snapshot) {
            self.reply = None;
        }
        // Those of the beginning stand on the first screen.
        let notices = self.snapshot.notices.iter().skip(before.notices.len());
        if let Some(notice) = notices.last() {
            self.reply = Some(notice.clone());
        }
        // What is longer than the screen would run through it once more.
        !self.full
    }

    /// Whether this exercise has a new verdict, or has just lost its file.
    fn has_news(&self, before: &Snapshot, name: &str) -> bool {
        let run = |snapshot: &Snapshot| {
            let view = snapshot.exercise(name)?;
            let missing = view.state == StateName::Missing;
            Some((missing, view.verdict.as_ref().map(|verdict| verdict.run)))
        };
        let (was, is) = (run(before), run(&self.snapshot));
        was != is && is.is_some_and(|(missing, run)| missing || run.is_some())
    }

    fn show(&mut self, view: View) {
        self.view = view;
        self.full = false;
        self.reply = None;
    }

    /// The exercise that the screen is about.
    fn focus(&self) -> Option<&ExerciseView> {
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

    async fn key(&mut self, key: KeyEvent) -> After {
        self.reply = None;
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Char('c' | 'd' | '\\') if control => return After::End,
            KeyCode::Char('z') if control => return After::Suspend,
            KeyCode::Char(_) if control => {}
            KeyCode::Char('q' | 'Q') => return After::End,
            KeyCode::Char('h' | 'H') => self.hint().await,
            KeyCode::Char('n' | 'N') => self.next(),
            KeyCode::Char('r' | 'R') => self.again().await,
            KeyCode::Char('s' | 'S') => self.solution(),
            KeyCode::Char('a' | 'A') => self.full = true,
            _ => {}
        }
        After::Draw
    }

    /// Hints that were asked for before are shown again first; then each key shows one more.
    async fn hint(&mut self) {
        let Some(view) = self.focus() else { return };
        let (name, asked) = (view.name.clone(), view.hints.len());
        if view.hints_total == 0 {
            self.reply = Some(format!("{name} has no hints."));
            return;
        }
        let shown = self.view == View::Hints(name.clone());
        self.show(View::Hints(name.clone()));
        if shown || asked == 0 {
            self.act(Action::Hint(name)).await;
        }
    }

    fn next(&mut self) {
        let next = match (&self.view, self.focus()) {
            (View::Overview, next) => next,
            (_, Some(now)) => next_after(&self.snapshot, &now.name),
            (_, None) => None,
        };
        match next.map(|view| view.name.clone()) {
            Some(name) => self.show(View::Story(name)),
            None => self.reply = Some("There is no other exercise left to do.".into()),
        }
    }

    async fn again(&mut self) {
        let Some(view) = self.focus() else { return };
        self.act(Action::Check(view.name.clone())).await;
    }

    fn solution(&mut self) {
        let Some(view) = self.focus() else { return };
        let name = view.name.clone();
        if view.solution_open {
            self.show(View::Solution(name));
            self.full = true;
        } else {
            self.reply = Some(format!(
                "{name} has not passed yet. `cargo course solution {name} --reveal` shows \
                 ours all the same."
            ));
        }
    }

    async fn act(&mut self, action: Action) {
        if let Err(error) = self.live.act(action).await {
            self.reply = Some(format!("{error:#}"));
        }
    }

    fn body(&self) -> Body {
        let course = self.live.course();
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
                let kept = overview::told_story(course, exercise(name).0, book);
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
                    kept: overview::told_story(course, exercise(name).0, book),
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
            kept += &after_a_pass(self.live.course(), &self.snapshot, view, book);
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

    fn draw(&self) -> Result<()> {
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

/// What follows a key.
enum After {
    Draw,
    End,
    Suspend,
}

/// Stops the whole job, as Ctrl-Z does where a terminal makes a signal of it. Returns once the
/// job goes on.
fn suspend() {
    #[cfg(unix)]
    {
        let _ =
            rustix::process::kill_current_process_group(rustix::process::Signal::TSTP);
    }
}

/// What is under way, in a line.
fn doing(busy: &Busy) -> String {
    let Busy { exercise, doing, detail } = busy;
    match (doing, detail) {
        (Doing::WaitingForCargo, _) => {
            format!("{exercise}: waiting for another Cargo to finish…")
        }
        (Doing::Building, None) => format!("{exercise}: compiling…"),
        (Doing::Building, Some(detail)) => format!("{exercise}: {detail}…"),
        (Doing::Running, _) => format!("{exercise}: running…"),
    }
}

/// The terminal's columns and rows.
fn size() -> (usize, usize) {
    let (width, height) = terminal::size().unwrap_or((80, 24));
    (usize::from(width).max(20), usize::from(height).max(6))
}

fn lines_of(text: &str) -> Vec<String> {
    text.lines().map(str::to_string).collect()
}

/// How many rows these lines take on a screen that breaks them at its edge.
fn rows(lines: &[String], width: usize) -> usize {
    lines.iter().map(|line| rows_of(line, width)).sum()
}

fn rows_of(line: &str, width: usize) -> usize {
    textwrap::core::display_width(&strip_str(line).to_string()).div_ceil(width).max(1)
}

/// The lines of this body that fit, and where some do not, one that says how many.
fn fit(body: &Body, width: usize, room: usize) -> Vec<String> {
    let mut before = lines_of(&body.before);
    let mut kept = refilled(&body.kept, width);
    let mut after = lines_of(&body.after);
    if rows(&before, width) + rows(&kept, width) + rows(&after, width) <= room {
        before.extend(kept);
        before.extend(after);
        let extra = lines_of(&body.extra);
        if rows(&before, width) + rows(&extra, width) <= room {
            before.extend(extra);
        }
        return before;
    }
    // One row for the line that says so, with an empty one on each side.
    let room = room.saturating_sub(3);
    let mut hidden = cut(&mut kept, width, room);
    let mut left = room - rows(&kept, width);
    hidden += cut(&mut before, width, left);
    left -= rows(&before, width);
    hidden += cut(&mut after, width, left);
    let more = text::count(hidden, "more line");
    let more = paint(DIM, format!("… {more}: press a for all"));
    // It stands where the lines are missing.
    let mut lines = before;
    if body.before.is_empty() {
        lines.extend(kept);
        lines.extend(after);
        lines.extend([String::new(), more]);
    } else {
        lines.extend([String::new(), more, String::new()]);
        lines.extend(kept);
        lines.extend(after);
    }
    lines
}

/// The lines of a text that was wrapped for a wider screen, wrapped for this one.
fn refilled(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for line in text.lines() {
        if rows_of(line, width) == 1 {
            lines.push(line.to_string());
            continue;
        }
        let indent: String = line.chars().take_while(|c| *c == ' ').collect();
        let options = textwrap::Options::new(width)
            .subsequent_indent(&indent)
            .break_words(false)
            .word_splitter(textwrap::WordSplitter::NoHyphenation);
        lines.extend(textwrap::wrap(line, options).into_iter().map(String::from));
    }
    lines
}

/// Leaves the lines that fit into this many rows; says how many went.
fn cut(lines: &mut Vec<String>, width: usize, room: usize) -> usize {
    let mut taken = 0;
    let fits = lines.iter().take_while(|line| {
        taken += rows_of(line, width);
        taken <= room
    });
    let fits = fits.count();
    let gone = lines.len() - fits;
    lines.truncate(fits);
    gone
}
