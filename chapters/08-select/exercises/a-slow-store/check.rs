//! The store is a lock with a log behind it. Whoever stands in line for that lock and is not polled holds up everybody behind.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/08-select/a-slow-store/solution.rs"
)]
mod exercise;

use std::cell::RefCell;
use std::sync::Arc;
use std::time::Duration;

use probe::{
    End, Finding, Ops, Run, Verdict, What, is_after_the_end, virtual_time, words,
};
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep};

probe::main!(
    "08-a-slow-store",
    [
        a_quick_store_needs_no_note,
        a_busy_store_gets_a_document_and_a_note,
        the_note_is_asked_for_when_the_patience_is_over,
        a_store_that_is_slow_at_work_is_not_broken_off,
        those_who_come_later_are_not_held_up,
        a_store_may_take_the_note_first,
        a_note_may_take_long,
    ]
);

const PATIENCE: Duration = Duration::from_millis(20);
const DOCUMENT: &str = "a document";

#[derive(Clone)]
struct Store {
    /// What has been stored, behind the store's own lock.
    log: Arc<Mutex<Vec<String>>>,
    ops: Ops,
    /// How long it takes to store something, once it is its turn.
    takes: Duration,
}

impl Store {
    fn new(takes: Duration) -> Store {
        Store { log: Arc::default(), ops: Ops::new(), takes }
    }

    async fn store(&self, text: &str) -> usize {
        let work = async {
            let mut log = self.log.lock().await;
            sleep(self.takes).await;
            log.push(text.to_owned());
            log.len()
        };
        self.ops.run(label(text), work).await
    }

    /// Somebody else has the store for so long.
    async fn busy_for(&self, time: Duration) {
        let guard = self.log.clone().lock_owned().await;
        tokio::spawn(async move {
            sleep(time).await;
            drop(guard);
        });
    }

    async fn stored(&self) -> Vec<String> {
        self.log.lock().await.clone()
    }
}

fn label(text: &str) -> &'static str {
    if text == DOCUMENT { "document" } else { "note" }
}

/// A run to its end, if the store did not hang and nothing was broken off.
fn done<T>(run: Run<T>, ops: &Ops, saw: &str) -> Result<T, Finding> {
    let begun = |what: What, name: &str| {
        ops.log().iter().filter(|event| event.what == what && event.label == name).count()
    };
    if matches!(run.end, End::Stuck) && begun(What::Started, "note") > 0 {
        return Err(Finding::mistake("futurelock").saw(format!(
            "{saw}; an hour later the document was still standing in line, and the note behind it"
        )));
    }
    if let End::Panicked(note) = &run.end
        && is_after_the_end(&note.message)
    {
        return Err(Finding::mistake("polled-after-done")
            .saw(format!("{saw}; then it panicked: {}", note.message)));
    }
    // At the end of a run that is stuck, all is dropped.
    if matches!(run.end, End::Done(_)) && ops.drops() > 0 {
        let name = if begun(What::Dropped, "document") > 0 { "document" } else { "note" };
        return Err(Finding::mistake("lost-in-a-branch").saw(format!(
            "{saw}; the {name} was begun {}, and broken off {}",
            words::times(begun(What::Started, name)),
            words::times(begun(What::Dropped, name))
        )));
    }
    let (value, _) = run.done()?;
    if begun(What::Started, "document") != 1 {
        return Err(Finding::unnamed("The store was not asked for the document once")
            .saw(format!(
                "{saw}; it was asked {}",
                words::times(begun(What::Started, "document"))
            )));
    }
    Ok(value)
}

/// What is stored in the end, if the store is busy for the first so many milliseconds, and what it was asked
/// for. When it is through with that, `save` has to return.
fn run(busy: u64, takes: u64, saw: &str) -> Result<(Vec<String>, Ops), Finding> {
    let store = Store::new(Duration::from_millis(takes));
    let ops = store.ops.clone();
    let run = virtual_time(|| async {
        if busy > 0 {
            store.busy_for(Duration::from_millis(busy)).await;
        }
        let begun = Instant::now();
        let number = exercise::save(
            async |text: &str| store.store(text).await,
            DOCUMENT,
            PATIENCE,
        )
        .await;
        let took = begun.elapsed();
        (store.stored().await, took, number)
    });
    let (stored, took, number) = done(run, &ops, saw)?;
    is_of_the_document(number, &stored, saw)?;
    let last = ops.log().iter().map(|event| event.at).max().unwrap_or_default();
    if took > last + Duration::from_millis(2) {
        return Err(Finding::unnamed("`save` returned late").saw(format!(
            "{saw}; the store was through after {}, and `save` returned after {}",
            words::duration(last),
            words::duration(took)
        )));
    }
    Ok((stored, ops))
}

/// Things stored have numbers: 1, 2, and so on.
fn is_of_the_document(number: usize, stored: &[String], saw: &str) -> Verdict {
    let expected = stored.iter().position(|text| text == DOCUMENT).map(|at| at + 1);
    if expected.is_none_or(|expected| expected == number) {
        return Ok(());
    }
    Err(Finding::unnamed("`save` returned another number than the document's")
        .saw(format!("{saw}; stored: {stored:?}; it returned number {number}")))
}

fn a_document_and(notes: usize, stored: &[String], saw: &str) -> Verdict {
    let documents = stored.iter().filter(|text| *text == DOCUMENT).count();
    if documents == 1 && stored.len() == 1 + notes {
        return Ok(());
    }
    let saw = format!("{saw}; stored: {stored:?}");
    Err(match stored.len() {
        len if len > 1 + notes && documents == 1 => {
            Finding::unnamed("A note was stored that nobody needed").saw(saw).because(
                "a note is needed once, when the patience is over, and only if the document is not stored then.",
            )
        }
        _ => Finding::unnamed("What was stored is wrong").saw(saw),
    })
}

fn a_quick_store_needs_no_note() -> Verdict {
    let saw = "the store was free, and took 5 ms; the patience was 20 ms";
    a_document_and(0, &run(0, 5, saw)?.0, saw)
}

fn a_busy_store_gets_a_document_and_a_note() -> Verdict {
    let saw = "the store was busy for 50 ms; the patience was 20 ms";
    a_document_and(1, &run(50, 5, saw)?.0, saw)
}

fn the_note_is_asked_for_when_the_patience_is_over() -> Verdict {
    let saw = "the store was busy for 50 ms; the patience was 20 ms";
    let (_, ops) = run(50, 5, saw)?;
    let log = ops.log();
    let note =
        log.iter().find(|event| event.what == What::Started && event.label == "note");
    match note.map(|note| note.at) {
        Some(at) if at >= PATIENCE && at <= PATIENCE + Duration::from_millis(2) => Ok(()),
        at => {
            let stored = log
                .iter()
                .find(|event| event.what == What::Ended && event.label == "document")
                .map(|event| event.at);
            let finding = match (at, stored) {
                (Some(at), _) if at < PATIENCE => {
                    Finding::unnamed("The note was asked for too early")
                }
                (Some(at), Some(stored)) if at >= stored => {
                    Finding::mistake("await-in-sequence")
                }
                _ => Finding::unnamed("The note was asked for too late"),
            };
            Err(finding.saw(format!(
                "{saw}; the store was asked for the note after {}, and had stored the document after {}",
                words::or(at.map(words::duration), "the end"),
                words::or(stored.map(words::duration), "the end")
            )))
        }
    }
}

fn a_store_that_is_slow_at_work_is_not_broken_off() -> Verdict {
    let saw = "the store was free, and took 70 ms; the patience was 20 ms";
    a_document_and(1, &run(0, 70, saw)?.0, saw)
}

/// Another task uses the store after us. It must not have to wait until `save` feels like it.
fn those_who_come_later_are_not_held_up() -> Verdict {
    let saw = "the store was busy for 50 ms, and somebody else came after the document";
    let store = Store::new(Duration::from_millis(1));
    let ops = store.ops.clone();
    let run = virtual_time(|| async {
        store.busy_for(Duration::from_millis(50)).await;
        let other = tokio::spawn({
            let log = store.log.clone();
            async move {
                sleep(Duration::from_millis(30)).await;
                log.lock().await.push("somebody else".into());
            }
        });
        let number = exercise::save(
            async |text: &str| store.store(text).await,
            DOCUMENT,
            PATIENCE,
        )
        .await;
        let _ = other.await;
        (store.stored().await, number)
    });
    let (stored, number) = done(run, &ops, saw)?;
    is_of_the_document(number, &stored, saw)?;
    a_document_and(2, &stored, saw)
}

/// A store of another kind: the document waits for its turn, and the note goes before it.
fn a_store_may_take_the_note_first() -> Verdict {
    let saw = "the store took the note first; that took 5 ms, and the document 200 ms; the patience was 20 ms";
    other_store(Duration::from_millis(200), Duration::from_millis(5), saw)
}

/// And one where the note is not through when the document has long been stored.
fn a_note_may_take_long() -> Verdict {
    let saw = "the store took 30 ms for the document and 1000 s for the note; the patience was 20 ms";
    other_store(Duration::from_millis(30), Duration::from_secs(1000), saw)
}

fn other_store(document: Duration, note: Duration, saw: &str) -> Verdict {
    let (ops, stored) = (Ops::new(), RefCell::new(Vec::new()));
    let run = virtual_time(|| async {
        let store = async |text: &str| {
            let time = if text == DOCUMENT { document } else { note };
            ops.run(label(text), sleep(time)).await;
            stored.borrow_mut().push(text.to_owned());
            stored.borrow().len()
        };
        let begun = Instant::now();
        let number = exercise::save(store, DOCUMENT, PATIENCE).await;
        (begun.elapsed(), number)
    });
    let (took, number) = done(run, &ops, saw)?;
    is_of_the_document(number, &stored.borrow(), saw)?;
    a_document_and(1, &stored.borrow(), saw)?;
    let last = document.max(PATIENCE + note);
    if took > last + Duration::from_millis(2) {
        return Err(Finding::unnamed("`save` returned late").saw(format!(
            "{saw}; the store was through after {}, and `save` returned after {}",
            words::duration(last),
            words::duration(took)
        )));
    }
    Ok(())
}
