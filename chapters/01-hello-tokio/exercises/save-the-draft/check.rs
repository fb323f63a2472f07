//! Every write runs to its end, the mark comes last, and an error is not lost.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/01-hello-tokio/save-the-draft/solution.rs"
)]
mod exercise;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::error::Error;
use std::future::pending;
use std::io;
use std::time::Duration;

use exercise::{Client, Draft, save};
use probe::words::{cut, times};
use probe::{End, Finding, Ops, Strict, Verdict, What};
use tokio::time::sleep;

probe::main!(
    "01-save-the-draft",
    [
        every_write_runs_to_its_end,
        a_draft_without_paragraphs_is_saved_too,
        other_drafts_are_saved_too,
        the_mark_comes_last_whichever_write_is_slow,
        a_failed_write_is_the_error_of_save,
        a_write_that_fails_once_is_an_error_too,
    ]
);

/// The error of a write.
const REFUSED: &str = "the disk is full";

/// How long a write takes, and one that is slow.
const USUAL: Duration = Duration::from_millis(10);
const SLOW: Duration = Duration::from_millis(100);

/// After so many writes of one key the database is silent, so that whoever tries again for ever is stuck.
const ENOUGH: usize = 100;

/// A database that is 10 ms away, with one key that may be slow, one that needs no time, and one that it
/// may refuse.
#[derive(Clone, Default)]
struct Behavior {
    slow: Option<String>,
    quick: Option<String>,
    refused: Option<String>,
    /// It is refused the first time alone.
    once: bool,
}

impl Behavior {
    /// How long a write of this key takes.
    fn time(&self, key: &str) -> Duration {
        let is = |other: &Option<String>| other.as_deref() == Some(key);
        match () {
            () if is(&self.quick) => Duration::ZERO,
            () if is(&self.slow) => SLOW,
            () => USUAL,
        }
    }
}

/// The database, and what it saw.
#[derive(Default)]
struct Database {
    behavior: Behavior,
    ops: Ops,
    called: RefCell<Vec<String>>,
    stored: RefCell<BTreeMap<String, String>>,
}

impl Client for Database {
    fn set(&self, key: String, value: String) -> impl Future<Output = io::Result<()>> {
        let before = self.called_with(&key);
        self.called.borrow_mut().push(key.clone());
        let (name, label) = (format!("the write of `{key}`"), key.clone());
        let time = self.behavior.time(&key);
        let refused = self.behavior.refused.as_ref() == Some(&key)
            && !(self.behavior.once && before > 0);
        let write = async move {
            if before > ENOUGH {
                pending::<()>().await;
            }
            if !time.is_zero() {
                sleep(time).await;
            }
            if refused {
                return Err(io::Error::other(REFUSED));
            }
            self.stored.borrow_mut().insert(key, value);
            Ok(())
        };
        Strict::new(&name, self.ops.run(label, write))
    }
}

impl Database {
    fn that_behaves(behavior: Behavior) -> Database {
        Database { behavior, ..Database::default() }
    }

    /// How often `set` was called with this key.
    fn called_with(&self, key: &str) -> usize {
        self.called.borrow().iter().filter(|called| *called == key).count()
    }

    /// Where in the log this happened to the operation on `key`: the first time, and the last.
    fn position(&self, key: &str, what: What) -> Option<usize> {
        self.ops.log().iter().position(|event| event.label == key && event.what == what)
    }

    fn last(&self, key: &str, what: What) -> Option<usize> {
        self.ops.log().iter().rposition(|event| event.label == key && event.what == what)
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

    /// A write that the database had long answered when it was dropped: nobody had polled it since.
    fn left_alone(&self) -> Option<String> {
        let log = self.ops.log();
        let dropped = log.iter().filter(|event| event.what == What::Dropped);
        let left = dropped.filter(|event| {
            let started = self.position(&event.label, What::Started);
            started.is_some_and(|started| {
                event.at > log[started].at + self.behavior.time(&event.label)
            })
        });
        left.map(|event| event.label.clone()).next()
    }
}

/// A draft with a number, and what must be stored of it.
#[derive(Clone)]
struct Numbered {
    id: u32,
    draft: Draft,
}

impl Numbered {
    fn new(id: u32, title: &str, paragraphs: &[&str]) -> Numbered {
        let paragraphs = paragraphs.iter().map(|text| (*text).to_owned()).collect();
        Numbered { id, draft: Draft { title: title.into(), paragraphs } }
    }

    /// The keys in order: that of the title, those of the paragraphs, and the mark.
    fn keys(&self) -> Vec<String> {
        let mut names = vec!["title".to_owned()];
        names.extend((0..self.draft.paragraphs.len()).map(|i| i.to_string()));
        names.push("saved".into());
        names.iter().map(|name| format!("draft:{}:{name}", self.id)).collect()
    }

    fn mark(&self) -> String {
        format!("draft:{}:saved", self.id)
    }

    fn expected(&self) -> BTreeMap<String, String> {
        let mut values = vec![self.draft.title.clone()];
        values.extend(self.draft.paragraphs.iter().cloned());
        values.push(self.draft.paragraphs.len().to_string());
        self.keys().into_iter().zip(values).collect()
    }
}

fn three_paragraphs() -> Numbered {
    Numbered::new(7, "On owls", &["paragraph 0", "paragraph 1", "paragraph 2"])
}

/// Saves a draft.
fn run(database: &Database, numbered: &Numbered) -> Result<io::Result<()>, Finding> {
    probe::if_it_waits("foreign-block-on");
    let Numbered { id, draft } = numbered.clone();
    let run = probe::virtual_time(|| save(database, id, draft));
    let refused = database.behavior.refused.as_deref();
    let attempts = refused.map_or(0, |key| database.called_with(key));
    match run.end {
        End::Panicked(note) if note.message.contains(REFUSED) => {
            let saw = format!("a write failed, and `save` panicked: “{}”", note.message);
            Err(Finding::mistake("error-became-panic").saw(saw))
        }
        End::Stuck | End::Busy if attempts > 1 => Err(tried_again(
            refused,
            &format!("was written {}, and `save` did not return", times(attempts)),
        )),
        _ => run.done().map(|(returned, _)| returned),
    }
}

fn tried_again(key: Option<&str>, what: &str) -> Finding {
    let key = key.unwrap_or_default();
    Finding::unnamed("A write that failed was tried again")
        .saw(format!("the write of `{key}` failed; `{key}` {what}"))
        .because(
            "whoever calls `save` decides what an error means. A loop inside hides it, and goes on \
             for as long as the database refuses.",
        )
}

fn saves(numbered: &Numbered, behavior: Behavior) -> Verdict {
    let database = Database::that_behaves(behavior);
    let returned = run(&database, numbered)?;
    if let Err(error) = returned {
        let saw = format!("no write failed, and `save` returned the error “{error}”");
        return Err(Finding::unnamed("An error out of nowhere").saw(saw));
    }
    let expected = numbered.expected();
    let stored = database.stored.borrow();
    if stored.iter().any(|(key, value)| expected.get(key) != Some(value)) {
        let saw = format!("the database holds {stored:?}, and should hold {expected:?}");
        return Err(Finding::unnamed("The wrong keys or values are stored").saw(saw));
    }
    everything_was_written(&database, numbered)?;
    the_mark_came_last(&database, numbered)
}

fn everything_was_written(database: &Database, numbered: &Numbered) -> Verdict {
    let (started, ended) = (database.ops.starts(), database.ops.ends());
    if ended < started {
        let saw = format!(
            "`save` returned Ok; {started} writes were started, and {} dropped before the end",
            started - ended
        );
        if let Some(key) = database.left_alone() {
            return Err(Finding::unnamed("A write was begun and then left alone")
                .saw(format!("{saw}; nobody polled that of `{key}` again when its time had come"))
                .because(
                    "a future gets on when it is polled, and has to be polled again after each wait: \
                     `.await` and `join!` do that until it returns. One poll only begins it.",
                ));
        }
        return Err(match database.lost_a_race() {
            true => Finding::mistake("select-keeps-progress").saw(saw),
            false => Finding::unnamed("Writes were given up in the middle").saw(saw).because(
                "a future that is dropped goes no further than its last poll brought it",
            ),
        });
    }
    let unsent = |key: &String| database.position(key, What::Started).is_none();
    let never: Vec<String> = numbered.keys().into_iter().filter(unsent).collect();
    if never.is_empty() {
        return Ok(());
    }
    let called = database.called.borrow().len();
    let polled = match (called, started) {
        (0, _) => "`set` was never called".to_owned(),
        (1, 1) => "`set` was called once, and its future was polled".to_owned(),
        (_, 0) => format!(
            "`set` was called {}, and none of its futures was polled",
            times(called)
        ),
        _ => format!(
            "`set` was called {}, and {started} of its futures were polled",
            times(called)
        ),
    };
    let saw =
        format!("`save` returned Ok; {polled}. Never sent: {}", cut(&never.join(", ")));
    // Where `set` was not even called for the paragraphs, that is a block or a closure that
    // nobody polled.
    let paragraphs = numbered.draft.paragraphs.len();
    let no_paragraph = paragraphs > 1 && never.len() >= paragraphs;
    Err(match called > started || no_paragraph {
        true => Finding::mistake("lazy-future").saw(saw),
        false => Finding::unnamed("Not everything was saved").saw(saw),
    })
}

fn the_mark_came_last(database: &Database, numbered: &Numbered) -> Verdict {
    let mark = numbered.mark();
    let begun = database.position(&mark, What::Started);
    for key in numbered.keys().iter().filter(|key| **key != mark) {
        if begun > database.last(key, What::Ended) {
            continue;
        }
        let at_once =
            database.last(&mark, What::Ended) > database.position(key, What::Started);
        return Err(if at_once {
            Finding::mistake("joined-what-depends")
                .saw(format!("`{mark}` and `{key}` were under way at the same time"))
        } else {
            Finding::unnamed("The mark was set before the draft was whole")
                .saw(format!("`{mark}` was written, and `{key}` was sent after that"))
        });
    }
    Ok(())
}

fn every_write_runs_to_its_end() -> Verdict {
    saves(&three_paragraphs(), Behavior::default())
}

fn a_draft_without_paragraphs_is_saved_too() -> Verdict {
    saves(&Numbered::new(7, "On owls", &[]), Behavior::default())
}

fn other_drafts_are_saved_too() -> Verdict {
    let many: Vec<String> = (0..40).map(|i| format!("line {i}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    for numbered in [
        Numbered::new(0, "Short", &["one"]),
        Numbered::new(u32::MAX, "", &["same", "", "same"]),
        Numbered::new(10, "Long", &many),
    ] {
        saves(&numbered, Behavior::default())?;
    }
    Ok(())
}

fn the_mark_comes_last_whichever_write_is_slow() -> Verdict {
    let numbered = three_paragraphs();
    for key in numbered.keys() {
        let key = Some(key);
        saves(&numbered, Behavior { slow: key.clone(), ..Behavior::default() })?;
        saves(&numbered, Behavior { quick: key, ..Behavior::default() })?;
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

/// Saves a draft while one write fails.
fn fails(key: &str, behavior: Behavior) -> Verdict {
    let (numbered, once) = (three_paragraphs(), behavior.once);
    let refused = Some(key.to_owned());
    let database = Database::that_behaves(Behavior { refused, ..behavior });
    let returned = run(&database, &numbered).map_err(|finding| match finding.id() {
        // Without the failure, it did not panic.
        Some("panicked") => Finding::mistake("error-became-panic").saw(format!(
            "the write of `{key}` failed with “{REFUSED}”, and `save` panicked"
        )),
        _ => finding,
    })?;
    let marked = database.position(&numbered.mark(), What::Started).is_some();
    let at_the_mark = key == numbered.mark();
    let attempts = database.called_with(key);
    match returned {
        Ok(()) if once && attempts > 1 => {
            let what = format!("was written {}, and `save` returned Ok", times(attempts));
            Err(tried_again(Some(key), &what))
        }
        Err(error) if !is_of_the_write(&error) => {
            Err(Finding::unnamed("The error is not that of the write").saw(format!(
                "the write of `{key}` failed with “{REFUSED}”, and `save` returned the error “{error}”"
            )))
        }
        Err(_) if at_the_mark || !marked => Ok(()),
        returned => {
            let returned = match returned {
                Ok(()) => "Ok".to_owned(),
                Err(error) => format!("the error “{error}”"),
            };
            let mark = match (at_the_mark, marked) {
                (true, _) => "",
                (_, true) => "; the mark was written",
                (_, false) => "; the mark was not written",
            };
            Err(Finding::mistake("result-not-looked-at").saw(format!(
                "the write of `{key}` failed, and `save` returned {returned}{mark}"
            )))
        }
    }
}

fn a_failed_write_is_the_error_of_save() -> Verdict {
    let keys = three_paragraphs().keys();
    for key in &keys {
        fails(key, Behavior::default())?;
        fails(key, Behavior { quick: Some(key.clone()), ..Behavior::default() })?;
        for slow in &keys {
            fails(key, Behavior { slow: Some(slow.clone()), ..Behavior::default() })?;
        }
    }
    Ok(())
}

fn a_write_that_fails_once_is_an_error_too() -> Verdict {
    for key in three_paragraphs().keys() {
        fails(&key, Behavior { once: true, ..Behavior::default() })?;
    }
    Ok(())
}
