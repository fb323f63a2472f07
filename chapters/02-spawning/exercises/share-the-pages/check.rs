//! Each word is searched in a task of its own, all at once, and no page outlives the search.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/02-spawning/share-the-pages/solution.rs"
)]
mod exercise;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use probe::{Finding, Ops, Run, Verdict, What};
use tokio::runtime::Handle;
use tokio::time::sleep;

probe::main!(
    "02-share-the-pages",
    [
        each_word_is_counted_in_its_place,
        all_words_are_searched_at_the_same_time,
        no_page_outlives_the_search,
    ]
);

const TEXTS: [&str; 4] = ["fox owl", "owl", "elk owl", "fox"];
const WORDS: [&str; 3] = ["owl", "fox", "yak"];

/// A page that needs 10 ms to answer, and 30 ms for the first word: so that word is last.
struct Page {
    text: &'static str,
    ops: Ops,
    /// The most tasks there were when a page was asked, whether they asked one or not.
    alive: Arc<AtomicUsize>,
    /// Counts, by its clones, the pages that are left.
    _left: Arc<()>,
}

impl exercise::Page for Page {
    fn has(&self, word: &str) -> impl Future<Output = bool> + Send {
        let found = self.text.split(' ').any(|other| other == word);
        let alive = self.alive.clone();
        let millis = if word == WORDS[0] { 30 } else { 10 };
        self.ops.run(word, async move {
            alive.fetch_max(Handle::current().metrics().num_alive_tasks(), Relaxed);
            sleep(Duration::from_millis(millis)).await;
            found
        })
    }
}

struct Seen {
    run: Run<Vec<usize>>,
    ops: Ops,
    alive: usize,
    /// The pages that are left when `search` returns, and when the runtime is gone.
    at_return: usize,
    left: usize,
}

fn search() -> Seen {
    let (ops, alive, left) = (Ops::new(), Arc::default(), Arc::new(()));
    let pages = TEXTS.map(|text| Page {
        text,
        ops: ops.clone(),
        alive: Arc::clone(&alive),
        _left: left.clone(),
    });
    let words = WORDS.map(String::from);
    let count = || Arc::strong_count(&left) - 1;
    let at_return = AtomicUsize::new(0);
    let run = probe::virtual_time(|| async {
        let counts = exercise::search(pages.into(), words.into()).await;
        at_return.store(count(), Relaxed);
        counts
    });
    let (alive, at_return) = (alive.load(Relaxed), at_return.load(Relaxed));
    Seen { run, ops, alive, at_return, left: count() }
}

fn each_word_is_counted_in_its_place() -> Verdict {
    let (counts, _) = search().run.done()?;
    if counts != [3, 2, 0] {
        return Err(Finding::unnamed("The counts are wrong").saw(format!(
            "{WORDS:?} are on 3, 2 and 0 pages, and the counts are {counts:?}"
        )));
    }
    Ok(())
}

/// Whether each word was asked for in a task, and in one that asked for no other word.
fn each_word_has_a_task(ops: &Ops) -> bool {
    let log = ops.log();
    let mut words = BTreeMap::new();
    for start in log.iter().filter(|event| event.what == What::Started) {
        let Some(task) = start.task else { return false };
        let word = words.entry(task.to_string()).or_insert(&start.label);
        if *word != &start.label {
            return false;
        }
    }
    true
}

fn all_words_are_searched_at_the_same_time() -> Verdict {
    let Seen { run, ops, alive, .. } = search();
    let (_, stats) = run.done()?;
    let (millis, peak, tasks) =
        (stats.elapsed.as_millis(), ops.peak(), ops.task_ids().len());
    let saw = format!(
        "{} words on {} pages took {millis} ms in {tasks} tasks, \
         at most {peak} at a time",
        WORDS.len(),
        TEXTS.len()
    );
    match (peak, tasks) {
        (1, 2..) if alive > 1 => {
            Err(Finding::unnamed("The tasks took turns").saw(saw).because(
                "all tasks were there, and each waited for something that another one held",
            ))
        }
        (1, 2..) => Err(Finding::mistake("spawn-then-await").saw(saw)),
        (1, _) => Err(Finding::mistake("await-in-sequence").saw(saw)),
        _ if !each_word_has_a_task(&ops) => {
            Err(Finding::unnamed("The words do not have a task each").saw(saw))
        }
        _ if millis > 120 => {
            Err(Finding::unnamed("The words were not all searched at once").saw(saw))
        }
        _ => Ok(()),
    }
}

fn no_page_outlives_the_search() -> Verdict {
    let Seen { run, at_return, left, .. } = search();
    run.done()?;
    if left > 0 {
        return Err(Finding::mistake("borrow-into-spawn").saw(format!(
            "the search is over, and {left} of {} pages are still in memory",
            TEXTS.len()
        )));
    }
    if at_return > 0 {
        return Err(Finding::unnamed("Something still kept the pages").saw(format!(
            "when `search` returned, {at_return} of {} pages were still in memory",
            TEXTS.len()
        )));
    }
    Ok(())
}
