//! What a key and a new snapshot do to the screen.

use std::io::Write;
use std::sync::Arc;

use anyhow::{Context, Result};
use crossterm::event::{
    Event, EventStream, KeyCode, KeyEvent, KeyEventKind, KeyModifiers,
};
use crossterm::queue;
use crossterm::terminal::{Clear, ClearType};
use futures::StreamExt;

use crate::learn::editor;
use crate::live::engine::{Action, Live};
use crate::live::state::{Snapshot, StateName};
use crate::live::terminal::options::Options;
use crate::live::terminal::shown::{Shown, View};
use crate::live::terminal::tty::{Raw, size, suspend, write_all};
use crate::live::terminal::words::{find, next_after};
use crate::run::group::asked_to_end;

/// The screen while the course stays open.
pub(super) struct Screen<'a> {
    live: &'a Live,
    shown: Shown<'a>,
    /// What an editor that failed said: it is replied until the next key.
    trouble: Option<String>,
}

impl<'a> Screen<'a> {
    pub(super) fn new(live: &'a Live, options: Options) -> Screen<'a> {
        Screen { live, shown: Shown::new(live.course(), options), trouble: None }
    }

    pub(super) async fn run(mut self) -> Result<u8> {
        let mut ending = std::pin::pin!(asked_to_end()?);
        let mut snapshots = self.live.subscribe();
        self.shown.snapshot = snapshots.borrow_and_update().clone();
        let mut raw = Raw::enter()?;
        let mut keys = EventStream::new();
        // What stands on the screen moves up: nothing of it is lost.
        let (_, height) = size();
        write_all(|out| write!(out, "{}", "\r\n".repeat(height)))?;
        self.shown.draw()?;
        let status = loop {
            tokio::select! {
                status = &mut ending => break status,
                changed = snapshots.changed() => {
                    changed.context("the watch ended by itself")?;
                    let snapshot = snapshots.borrow_and_update().clone();
                    if self.take(snapshot) {
                        self.shown.draw()?;
                    }
                }
                event = keys.next() => match event {
                    Some(Ok(Event::Key(key))) if key.kind != KeyEventKind::Release => {
                        match self.key(key).await {
                            After::Draw => self.shown.draw()?,
                            After::End => break 0,
                            After::Edit(name) => {
                                // The editor reads the keys, and nobody else may.
                                drop((raw, keys));
                                self.trouble = self.edit_here(&name).await;
                                self.shown.reply = self.trouble.clone();
                                raw = Raw::enter()?;
                                keys = EventStream::new();
                                write_all(|out| queue!(out, Clear(ClearType::All)))?;
                                self.shown.draw()?;
                            }
                            After::Suspend => {
                                drop(raw);
                                suspend();
                                raw = Raw::enter()?;
                                self.shown.draw()?;
                            }
                        }
                    }
                    Some(Ok(Event::Resize(..))) => self.shown.draw()?,
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
        let before = std::mem::replace(&mut self.shown.snapshot, snapshot);
        if let Some(name) = self.shown.snapshot.current.clone()
            && self.has_news(&before, &name)
        {
            self.shown.show(View::Verdict(name));
        }
        // A check that begins is news, and stands in the same line as an answer to a key.
        let checked = |snapshot: &Snapshot| {
            snapshot.busy.as_ref().map(|busy| busy.exercise.clone())
        };
        if self.shown.snapshot.busy.is_some()
            && checked(&before) != checked(&self.shown.snapshot)
        {
            self.shown.reply = None;
        }
        // Those of the beginning stand on the first screen.
        let notices = self.shown.snapshot.notices.iter().skip(before.notices.len());
        if let Some(notice) = notices.last() {
            self.shown.reply = Some(notice.clone());
        }
        if self.shown.snapshot.editor_trouble != before.editor_trouble
            && let Some(trouble) = &self.shown.snapshot.editor_trouble
        {
            self.trouble = Some(trouble.clone());
            self.shown.reply = None;
        }
        // The save before its end may be what is checked, and that hides nothing.
        if self.shown.reply.is_none() {
            self.shown.reply = self.trouble.clone();
        }
        // What is longer than the screen would run through it once more.
        !self.shown.full
    }

    /// Whether this exercise has a new verdict, or has just lost its file.
    fn has_news(&self, before: &Snapshot, name: &str) -> bool {
        let run = |snapshot: &Snapshot| {
            let view = snapshot.exercise(name)?;
            let missing = view.state == StateName::Missing;
            Some((missing, view.verdict.as_ref().map(|verdict| verdict.run)))
        };
        let (was, is) = (run(before), run(&self.shown.snapshot));
        was != is && is.is_some_and(|(missing, run)| missing || run.is_some())
    }

    async fn key(&mut self, key: KeyEvent) -> After {
        self.shown.reply = None;
        self.trouble = None;
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
            KeyCode::Char('a' | 'A') => self.shown.full = true,
            KeyCode::Char('e' | 'E') => return self.edit().await,
            KeyCode::Char('?') => {
                let name = self.shown.focus().map(|view| view.name.clone());
                self.shown.show(View::Keys(name));
            }
            _ => {}
        }
        After::Draw
    }

    /// Hints that were asked for before are shown again first; then each key shows one more.
    async fn hint(&mut self) {
        let Some(view) = self.shown.focus() else { return };
        let (name, asked) = (view.name.clone(), view.hints.len());
        if view.hints_total == 0 {
            self.shown.reply = Some(format!("{name} has no hints."));
            return;
        }
        let shown = self.shown.view == View::Hints(name.clone());
        self.shown.show(View::Hints(name.clone()));
        if shown || asked == 0 {
            self.act(Action::Hint(name)).await;
        }
    }

    fn next(&mut self) {
        let next = match (&self.shown.view, self.shown.focus()) {
            (View::Overview | View::Keys(None), next) => next,
            (_, Some(now)) => next_after(&self.shown.snapshot, &now.name),
            (_, None) => None,
        };
        match next.map(|view| view.name.clone()) {
            Some(name) => self.shown.show(View::Story(name)),
            None => {
                self.shown.reply = Some("There is no other exercise left to do.".into())
            }
        }
    }

    /// Opens the exercise in the reader's editor, beside the course or in its place.
    async fn edit(&mut self) -> After {
        let Some(name) = self.shown.focus().map(|view| view.name.clone()) else {
            return After::Draw;
        };
        let Some(editor) = self.shown.options.editor.clone() else {
            self.shown.reply = Some(editor::NONE.into());
            return After::Draw;
        };
        if !editor.has_a_window {
            return After::Edit(name);
        }
        let file = &find(self.live.course(), &name).file;
        let opened = self.live.open(&editor, file);
        self.shown.reply = Some(match opened {
            Ok(()) => format!("{} opens {name}.", editor.name),
            Err(error) => format!("{error:#}"),
        });
        After::Draw
    }

    /// Lets an editor have the terminal until it ends. Gives what is to be said of it.
    async fn edit_here(&self, name: &str) -> Option<String> {
        let editor = self.shown.options.editor.clone()?;
        let file = &find(self.live.course(), name).file;
        editor.edit(file).await.err().map(|error| format!("{error:#}"))
    }

    async fn again(&mut self) {
        let Some(view) = self.shown.focus() else { return };
        self.act(Action::Check(view.name.clone())).await;
    }

    fn solution(&mut self) {
        let Some(view) = self.shown.focus() else { return };
        let name = view.name.clone();
        if view.solution_open {
            self.shown.show(View::Solution(name));
            self.shown.full = true;
        } else {
            self.shown.reply = Some(format!(
                "{name} has not passed yet. `cargo course solution {name} --reveal` shows \
                 ours all the same."
            ));
        }
    }

    async fn act(&mut self, action: Action) {
        if let Err(error) = self.live.act(action).await {
            self.shown.reply = Some(format!("{error:#}"));
        }
    }
}

/// What follows a key.
enum After {
    Draw,
    End,
    /// An editor wants the terminal, for this exercise.
    Edit(String),
    Suspend,
}
