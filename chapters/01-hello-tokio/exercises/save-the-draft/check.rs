//! Every write runs to its end, the mark comes last, and an error is not lost.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/01-hello-tokio/save-the-draft/solution.rs"
)]
mod exercise;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::error::Error;
use std::io;
use std::time::Duration;

use exercise::{Client, Draft, save};
use probe::{End, Finding, Ops, Verdict, What};
use tokio::time::sleep;

probe::main!(
    "01-save-the-draft",
    [
        every_write_runs_to_its_end,
        a_draft_without_paragraphs_is_saved_too,
        the_mark_comes_after_everything_else,
        a_failed_write_is_the_error_of_save,
    ]
);

/// The error of a write.
const REFUSED: &str = "the disk is full";

/// A database that is 10 ms away, and that may refuse one key.
#[derive(Default)]
struct Database {
    ops: Ops,
    called: Cell<usize>,
    refused: Option<String>,
    stored: RefCell<BTreeMap<String, String>>,
}

impl Client for Database {
    fn set(&self, key: String, value: String) -> impl Future<Output = io::Result<()>> {
        self.called.set(self.called.get() + 1);
        self.ops.run(key.clone(), async move {
            sleep(Duration::from_millis(10)).await;
            if self.refused.as_ref() == Some(&key) {
                return Err(io::Error::other(REFUSED));
            }
            self.stored.borrow_mut().insert(key, value);
            Ok(())
        })
    }
}

impl Database {
    /// Where in the log this happened to the operation on `key`.
    fn position(&self, key: &str, what: What) -> Option<usize> {
        self.ops.log().iter().position(|event| event.label == key && event.what == what)
    }

    /// Whether a write was dropped at the moment when another one ended, both under way
    /// before: what `select!` does.
    fn lost_a_race(&self) -> bool {
        let log = self.ops.log();
        let is = |i: usize, what| log[i].what == what;
        (0..log.len()).filter(|&i| is(i, What::Dropped)).any(|dropped| {
            let started = self.position(&log[dropped].label, What::Started);
            (0..dropped).any(|i| {
                is(i, What::Ended) && log[i].at == log[dropped].at && Some(i) > started
            })
        })
    }
}

fn draft(paragraphs: usize) -> Draft {
    let paragraphs = (0..paragraphs).map(|i| format!("paragraph {i}")).collect();
    Draft { title: "On owls".into(), paragraphs }
}

fn keys(paragraphs: usize) -> Vec<String> {
    let mut keys = vec!["draft:7:title".to_owned()];
    keys.extend((0..paragraphs).map(|i| format!("draft:7:{i}")));
    keys.push("draft:7:saved".into());
    keys
}

/// Saves a draft as number 7.
fn run(database: &Database, paragraphs: usize) -> Result<io::Result<()>, Finding> {
    let run = probe::virtual_time(|| save(database, 7, draft(paragraphs)));
    match run.end {
        End::Panicked(note) if probe::is_of_a_runtime(&note.message) => {
            let saw = format!("a panic, “{}”", note.message);
            Err(Finding::mistake("runtime-is-everywhere").saw(saw))
        }
        End::Panicked(note) if note.message.contains(REFUSED) => {
            let saw = format!("a write failed, and `save` panicked: “{}”", note.message);
            Err(Finding::mistake("error-became-panic").saw(saw))
        }
        _ => run.done().map(|(returned, _)| returned),
    }
}

fn saves(paragraphs: usize) -> Verdict {
    let database = Database::default();
    let returned = run(&database, paragraphs)?;
    if let Err(error) = returned {
        let saw = format!("no write failed, and `save` returned the error “{error}”");
        return Err(Finding::unnamed("An error out of nowhere").saw(saw));
    }
    let mut expected: BTreeMap<_, _> = (0..paragraphs)
        .map(|i| (format!("draft:7:{i}"), format!("paragraph {i}")))
        .collect();
    expected.insert("draft:7:title".into(), "On owls".into());
    expected.insert("draft:7:saved".into(), paragraphs.to_string());
    let stored = database.stored.borrow();
    if stored.iter().any(|(key, value)| expected.get(key) != Some(value)) {
        let saw = format!("the database holds {stored:?}, and should hold {expected:?}");
        return Err(Finding::unnamed("The wrong keys or values are stored").saw(saw));
    }
    let (started, ended) = (database.ops.starts(), database.ops.ends());
    if ended < started {
        let saw = format!(
            "`save` returned Ok; {started} writes were started, and {} of them were dropped before they had ended",
            started - ended
        );
        return Err(match database.lost_a_race() {
            true => Finding::mistake("select-keeps-progress").saw(saw),
            false => Finding::unnamed("Writes were given up in the middle").saw(saw),
        });
    }
    let unsent = |key: &String| database.position(key, What::Started).is_none();
    let never: Vec<String> = keys(paragraphs).into_iter().filter(unsent).collect();
    if !never.is_empty() {
        let called = database.called.get();
        let saw = format!(
            "`save` returned Ok; `set` was called {called} times, and {started} of the futures were polled. Never sent: {}",
            never.join(", ")
        );
        // Where `set` was not even called, that may be a block or a closure that nobody
        // polled, or a case that nobody thought of.
        let no_paragraph = paragraphs > 0 && never.len() >= paragraphs;
        return Err(match called > started || no_paragraph {
            true => Finding::mistake("lazy-future").saw(saw),
            false => Finding::unnamed("Not everything was saved").saw(saw),
        });
    }
    Ok(())
}

fn every_write_runs_to_its_end() -> Verdict {
    saves(3)
}

fn a_draft_without_paragraphs_is_saved_too() -> Verdict {
    saves(0)
}

fn the_mark_comes_after_everything_else() -> Verdict {
    let database = Database::default();
    let _ = run(&database, 3)?;
    let at = |key: &str, what| database.position(key, what);
    let mark = "draft:7:saved";
    for key in keys(3).iter().filter(|key| *key != mark) {
        if at(mark, What::Started) > at(key, What::Ended) {
            continue;
        }
        return Err(if at(mark, What::Ended) > at(key, What::Started) {
            Finding::mistake("joined-what-depends")
                .saw(format!("`{mark}` and `{key}` were under way at the same time"))
        } else {
            Finding::unnamed("The mark was set before the draft was whole")
                .saw(format!("`{mark}` was written, and `{key}` was sent after that"))
        });
    }
    Ok(())
}

/// Whether the error is the one of the write, or says so.
fn is_of_the_write(error: &io::Error) -> bool {
    let mut next: Option<&dyn Error> = Some(error);
    while let Some(error) = next {
        if error.to_string().contains(REFUSED) {
            return true;
        }
        next = error.source();
    }
    false
}

fn a_failed_write_is_the_error_of_save() -> Verdict {
    for key in keys(3) {
        let database = Database { refused: Some(key.clone()), ..Database::default() };
        let returned = run(&database, 3)?;
        let marked = database.position("draft:7:saved", What::Started).is_some();
        let at_the_mark = key == "draft:7:saved";
        match returned {
            Err(error) if !is_of_the_write(&error) => {
                return Err(Finding::unnamed("The error is not that of the write").saw(
                    format!(
                        "the write of `{key}` failed with “{REFUSED}”, and `save` returned the error “{error}”"
                    ),
                ));
            }
            Err(_) if at_the_mark || !marked => {}
            returned => {
                let returned = returned.map_err(|error| error.to_string());
                let mark = match (at_the_mark, marked) {
                    (true, _) => "",
                    (_, true) => "; the mark was written",
                    (_, false) => "; the mark was not written",
                };
                return Err(Finding::mistake("result-not-looked-at").saw(format!(
                    "the write of `{key}` failed, and `save` returned {returned:?}{mark}"
                )));
            }
        }
    }
    Ok(())
}
