//! The future of `publish` is `Send`, does what it did before, and each text has a task.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/02-spawning/keep-it-send/solution.rs"
)]
mod exercise;

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use exercise::{Document, publish, publish_all};
use probe::{End, Finding, Ops, Run, Stats, Verdict, What};
use tokio::runtime::Builder;
use tokio::sync::Barrier;
use tokio::task::yield_now;
use tokio::time::timeout;

probe::main!(
    "02-keep-it-send",
    [
        the_library_is_as_it_was,
        the_future_of_publish_can_move_to_another_thread,
        a_text_is_published_title_first,
        a_text_is_parsed_once,
        each_text_has_a_task,
    ]
);

const TEXT: &str = "owls like owls";

/// Notes what is done to it. Needs no clock, so that it works on any thread.
#[derive(Clone, Default)]
struct Store {
    calls: Arc<Mutex<Vec<String>>>,
    /// How many futures it returned.
    made: Arc<AtomicUsize>,
    ops: Ops,
    /// How often titles and indexes have to wait.
    waits: (usize, usize),
    /// Where titles wait for each other.
    titles: Option<Arc<Barrier>>,
}

impl Store {
    fn note(&self, call: String) {
        self.calls.lock().expect("nothing panics here").push(call);
    }

    /// What was saved, in order.
    fn saved(&self) -> Vec<String> {
        let mut calls = self.calls();
        calls.retain(|call| call != "parsed");
        calls
    }

    fn calls(&self) -> Vec<String> {
        self.calls.lock().expect("nothing panics here").clone()
    }

    fn save(
        self,
        call: String,
        waits: usize,
        barrier: Option<Arc<Barrier>>,
    ) -> impl Future<Output = ()> + Send {
        self.made.fetch_add(1, Relaxed);
        let ops = self.ops.clone();
        ops.run(call.clone(), async move {
            for _ in 0..=waits {
                yield_now().await;
            }
            if let Some(barrier) = barrier {
                barrier.wait().await;
            }
            self.note(call);
        })
    }
}

impl exercise::Store for Store {
    fn parsed(&self) {
        self.note("parsed".into());
    }

    fn save_title(&self, title: &str) -> impl Future<Output = ()> + Send {
        self.clone().save(format!("title {title}"), self.waits.0, self.titles.clone())
    }

    fn save_index(&self, words: &[String]) -> impl Future<Output = ()> + Send {
        self.clone().save(format!("index {}", words.join(" ")), self.waits.1, None)
    }
}

/// Runs an answer with a store, and once more with another one if it got stuck: the virtual clock does not wait for
/// a thread that the answer has started, and the real one does. Nothing here depends on either.
fn run<F: Future>(
    store: impl Fn() -> Store,
    answer: impl Fn(Store) -> F,
) -> (Store, Run<F::Output>) {
    const PATIENCE: Duration = Duration::from_secs(2);
    let first = store();
    let run = probe::virtual_time(|| answer(first.clone()));
    if !matches!(run.end, End::Stuck) {
        return (first, run);
    }
    let second = store();
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime can be built");
    let ended =
        runtime.block_on(async { timeout(PATIENCE, answer(second.clone())).await });
    runtime.shutdown_background();
    let end = ended.map_or(End::Stuck, End::Done);
    (second, Run { end, stats: Stats::default() })
}

fn the_library_is_as_it_was() -> Verdict {
    if probe::is_send!(Document::parse(TEXT, || ())) {
        return Err(Finding::unnamed("The library was changed")
            .saw("a `Document` is `Send`")
            .because(
                "`Document` comes from a library that cannot be changed; `publish` can",
            ));
    }
    Ok(())
}

fn the_future_of_publish_can_move_to_another_thread() -> Verdict {
    if probe::is_send!(publish(Store::default(), TEXT.into())) {
        return Ok(());
    }
    Err(Finding::mistake("not-send-across-await")
        .saw("the future of `publish` is not `Send`"))
}

fn a_text_is_published_title_first() -> Verdict {
    for waits in [(0, 0), (9, 0), (0, 9)] {
        published(TEXT, 3, &["title owls", "index like owls"], waits)?;
    }
    published("yak", 1, &["title yak", "index yak"], (0, 0))?;
    let (title, index) = ("title b", "index B a b c");
    published("b a c B b a", 6, &[title, index], (0, 0))
}

/// That a text is published as it should be, where a title and an index have to wait so many times.
fn published(text: &str, words: usize, right: &[&str], waits: (usize, usize)) -> Verdict {
    let answer = async |store: Store| {
        let count = publish(store.clone(), text.into()).await;
        let at_return = store.saved();
        probe::settle().await;
        (count, at_return)
    };
    let (store, run) = run(|| Store { waits, ..Store::default() }, answer);
    let ((count, calls), _) = run.done()?;
    let (log, later) = (store.ops.log(), store.saved());
    let at =
        |call: &str, what| log.iter().position(|e| e.label == call && e.what == what);
    let (title, index) = (right[0], right[1]);
    if at(index, What::Started) < at(title, What::Ended)
        && at(index, What::Started).is_some()
    {
        let both = at(title, What::Started)
            .is_some_and(|begun| Some(begun) < at(index, What::Ended));
        return Err(match both {
            true => Finding::mistake("joined-what-depends")
                .saw("title and index were being saved at the same time"),
            false => Finding::unnamed("The index was saved before the title")
                .saw(format!("{text:?} was saved as {later:?}")),
        });
    }
    if calls != right {
        let saw = format!(
            "{text:?} is `{title}` and `{index}`, and when `publish` returned, it was {calls:?}"
        );
        return Err(if later == right {
            Finding::mistake("spawn-and-return")
                .saw(format!("{saw}, and the rest came later"))
        } else if store.made.load(Relaxed) > store.ops.starts() {
            Finding::mistake("lazy-future").saw(format!(
                "{saw}; the store returned {} futures, and {} polled",
                store.made.load(Relaxed),
                match store.ops.starts() {
                    0 => "none was".to_owned(),
                    1 => "one was".to_owned(),
                    n => format!("{n} were"),
                }
            ))
        } else {
            Finding::unnamed("The store was not told what it should be").saw(saw)
        });
    }
    if count != words {
        return Err(Finding::unnamed("The number of words is wrong").saw(format!(
            "{text:?} has {}, and `publish` returned {count}",
            probe::words::count(words, "word")
        )));
    }
    Ok(())
}

fn a_text_is_parsed_once() -> Verdict {
    let (store, run) = run(Store::default, |store| publish(store, TEXT.into()));
    run.done()?;
    let times = store.calls().iter().filter(|call| *call == "parsed").count();
    if times != 1 {
        return Err(Finding::unnamed("The text was not parsed once")
            .saw(format!(
                "`Document::parse` was called {} for one text",
                probe::words::times(times)
            ))
            .because(match times {
                0 => "the words of a text are what the library makes of it",
                _ => "a second parse gets round the checker, and costs the parse again",
            }));
    }
    Ok(())
}

fn each_text_has_a_task() -> Verdict {
    // No title is saved before all three are about to be.
    let store = || Store { titles: Some(Arc::new(Barrier::new(3))), ..Store::default() };
    // All that may keep the thread here is the answer.
    probe::if_it_hangs("blocking-in-async");
    let texts = ["fox", "owl and elk", "yak yak"].map(String::from).to_vec();
    let (store, run) = run(store, |store| publish_all(store, texts.clone()));
    let tasks = store.ops.task_ids().len();
    if let End::Stuck = run.end {
        return Err(Finding::unnamed("The texts were not published at the same time").saw(
            format!(
                "no title is saved before those of all 3 texts are under way, and there were {}",
                store.ops.starts()
            ),
        ));
    }
    let (counts, _) = run.done()?;
    if counts != [1, 3, 2] {
        return Err(Finding::unnamed("The numbers of words are wrong")
            .saw(format!("they are 1, 3 and 2, and were {counts:?}")));
    }
    if tasks != 3 {
        return Err(Finding::unnamed("The texts do not have a task each").saw(format!(
            "3 texts were published in {}",
            probe::words::count(tasks, "task")
        )));
    }
    Ok(())
}
