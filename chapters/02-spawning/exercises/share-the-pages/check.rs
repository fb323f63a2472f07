//! Each word is searched in a task of its own, all at once, and no page outlives the search.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/02-spawning/share-the-pages/solution.rs"
)]
mod exercise;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use probe::words::count;
use probe::{End, Finding, InVain, Ops, Run, Verdict, What, threads, waits_in_vain};
use tokio::runtime::{Builder, Handle};
use tokio::time::sleep;

probe::main!(
    "02-share-the-pages",
    [
        each_word_is_counted_in_its_place,
        all_words_are_searched_at_the_same_time,
        no_page_outlives_the_search,
        other_searches_are_counted_too,
        no_page_outlives_a_search_on_several_threads,
    ]
);

const TEXTS: [&str; 4] = ["fox owl", "owl", "elk owl", "fox"];
const WORDS: [&str; 3] = ["owl", "fox", "yak"];

/// A page that needs 10 ms to answer, and 30 ms for a word that is slow.
struct Page {
    text: &'static str,
    slow: Option<&'static str>,
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
        let millis = if self.slow == Some(word) { 30 } else { 10 };
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
    /// The pages and the tasks that are left when `search` returns, and the pages when the runtime is gone.
    at_return: usize,
    tasks: usize,
    left: usize,
}

/// Looks for words on pages, with one word that is slow.
fn search(texts: &[&'static str], words: &[&str], slow: Option<&'static str>) -> Seen {
    probe::if_it_hangs("blocking-in-async");
    let (ops, alive, left) = (Ops::new(), Arc::default(), Arc::new(()));
    let page = |text: &&'static str| Page {
        text,
        slow,
        ops: ops.clone(),
        alive: Arc::clone(&alive),
        _left: left.clone(),
    };
    let pages = texts.iter().map(page).collect();
    let words = words.iter().map(|word| (*word).to_owned()).collect();
    let pages_left = || Arc::strong_count(&left) - 1;
    let (at_return, tasks) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let run = probe::virtual_time(|| async {
        let counts = exercise::search(pages, words).await;
        at_return.store(pages_left(), Relaxed);
        tasks.store(Handle::current().metrics().num_alive_tasks(), Relaxed);
        counts
    });
    let [alive, at_return, tasks] =
        [&*alive, &at_return, &tasks].map(|n| n.load(Relaxed));
    Seen { run, ops, alive, at_return, tasks, left: pages_left() }
}

impl Seen {
    /// The counts.
    fn counts(self, words: usize) -> std::result::Result<Vec<usize>, Finding> {
        if let End::Stuck = self.run.end
            && self.ops.in_flight() == 0
            && self.ops.starts() > 0
        {
            let none =
                probe::virtual_time(|| exercise::search(Vec::<Page>::new(), Vec::new()));
            let tasks = self.run.stats.alive_tasks;
            let seen = InVain { who: "`search`", job: "word", jobs: words, tasks };
            return Err(waits_in_vain(seen, &none.end));
        }
        self.run.done().map(|(counts, _)| counts)
    }
}

fn each_word_is_counted_in_its_place() -> Verdict {
    let right = [3, 2, 0];
    for slow in [WORDS[0], WORDS[2], WORDS[1]] {
        let seen = search(&TEXTS, &WORDS, Some(slow));
        let ends = in_order_of_their_ends(&seen.ops);
        let counts = seen.counts(WORDS.len())?;
        if counts == right {
            continue;
        }
        let came: Vec<usize> = ends
            .iter()
            .filter_map(|word| WORDS.iter().position(|other| word == other))
            .map(|place| right[place])
            .collect();
        let saw =
            format!("{WORDS:?} are on 3, 2 and 0 pages, and the counts are {counts:?}");
        return Err(match counts == came {
            true => Finding::mistake("completion-order").saw(format!(
                "{saw}: the search for {:?} ended first, and its count came first",
                ends[0]
            )),
            false => Finding::unnamed("The counts are wrong").saw(saw),
        });
    }
    Ok(())
}

/// The words, in the order in which the last page was asked for each of them.
fn in_order_of_their_ends(ops: &Ops) -> Vec<String> {
    let log = ops.log();
    let mut last = Vec::<String>::new();
    for event in log.iter().filter(|event| event.what == What::Ended) {
        last.retain(|word| *word != event.label);
        last.push(event.label.clone());
    }
    last
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
    // None is slow, so that a search that had to wait for another one shows.
    let words = ["owl", "fox", "yak", "elk", "emu", "ant"];
    let Seen { run, ops, alive, .. } = search(&TEXTS, &words, None);
    let (_, stats) = run.done()?;
    let (millis, peak, tasks) =
        (stats.elapsed.as_millis(), ops.peak(), ops.task_ids().len());
    let saw = format!(
        "{} words on {} pages of 10 ms each took {millis} ms in {}, at most {peak} at a time",
        words.len(),
        TEXTS.len(),
        count(tasks, "task")
    );
    match (peak, tasks) {
        (1, 2..) if alive > 1 => Err(Finding::mistake("tokio-mutex-always").saw(saw).because(
            "all tasks were there, and each waited for something that another one held during its search",
        )),
        (1, 2..) => Err(Finding::mistake("spawn-then-await").saw(saw)),
        (1, _) => Err(Finding::mistake("await-in-sequence").saw(saw)),
        _ if !each_word_has_a_task(&ops) => {
            Err(Finding::unnamed("The words do not have a task each").saw(saw))
        }
        // A little longer is fine: the end of the last task may be noticed by a clock.
        _ if millis > 50 || peak < words.len() => {
            Err(Finding::unnamed("The words were not all searched at once").saw(saw))
        }
        _ => Ok(()),
    }
}

fn no_page_outlives_the_search() -> Verdict {
    let Seen { run, at_return, tasks, left, .. } = search(&TEXTS, &WORDS, None);
    run.done()?;
    if left > 0 {
        return Err(Finding::mistake("borrow-into-spawn").saw(format!(
            "the search is over, and {left} of {} pages are still in memory",
            TEXTS.len()
        )));
    }
    if at_return > 0 {
        let saw = format!(
            "when `search` returned, {at_return} of {} pages were still in memory",
            TEXTS.len()
        );
        return Err(match tasks {
            0 => Finding::unnamed("Something still kept the pages").saw(saw),
            n => Finding::mistake("spawn-and-return").saw(format!(
                "{saw}, and {} still there",
                if n == 1 { "a task was".to_owned() } else { format!("{n} tasks were") }
            )),
        });
    }
    Ok(())
}

fn other_searches_are_counted_too() -> Verdict {
    let many = ["owl"; 30];
    let cases: [(&[&'static str], &[&str], Vec<usize>); 6] = [
        (&TEXTS, &[], vec![]),
        (&[], &WORDS, vec![0, 0, 0]),
        (&TEXTS, &["fox"], vec![2]),
        (&["owl"], &["fox", "owl", "fox", "owl"], vec![0, 1, 0, 1]),
        (&many, &["owl", "fox"], vec![30, 0]),
        (&["owl", "owl"], &many, vec![2; 30]),
    ];
    for (texts, words, right) in cases {
        let counts = search(texts, words, None).counts(words.len())?;
        if counts != right {
            return Err(Finding::unnamed("The counts are wrong").saw(format!(
                "there were {} and {}, the counts are {counts:?}, and should be {right:?}",
                count(texts.len(), "page"),
                count(words.len(), "word")
            )));
        }
    }
    Ok(())
}

/// A page that answers at once. The first that is dropped takes its time, up to the moment when `search` has
/// returned.
struct Slow {
    left: Arc<AtomicUsize>,
    returned: Arc<AtomicBool>,
    waits: bool,
}

impl exercise::Page for Slow {
    async fn has(&self, _: &str) -> bool {
        true
    }
}

impl Drop for Slow {
    fn drop(&mut self) {
        let began = Instant::now();
        while self.waits
            && !self.returned.load(Relaxed)
            && began.elapsed() < Duration::from_millis(10)
        {
            thread::yield_now();
        }
        self.left.fetch_sub(1, Relaxed);
    }
}

fn no_page_outlives_a_search_on_several_threads() -> Verdict {
    const WORKERS: usize = 3;
    const PAGES: usize = 3;
    let runtime =
        Builder::new_multi_thread().worker_threads(WORKERS).enable_all().build();
    let runtime = runtime.expect("a runtime can be built");
    for round in threads::brief_rounds() {
        let (left, returned) =
            (Arc::new(AtomicUsize::new(PAGES)), Arc::<AtomicBool>::default());
        let page = |number| {
            let (left, returned) = (left.clone(), returned.clone());
            // Time enough in a few rounds; in the others, it is about luck.
            Slow { left, returned, waits: number == 0 && round < 5 }
        };
        let pages = (0..PAGES).map(page).collect();
        let words = vec!["owl".to_owned(); 2 + round % 8];
        let at_return = runtime.block_on(async {
            exercise::search(pages, words).await;
            left.load(Relaxed)
        });
        returned.store(true, Relaxed);
        if at_return > 0 {
            return Err(Finding::mistake("spawn-and-return").saw(format!(
                "on {WORKERS} threads, {at_return} of {PAGES} pages were still in memory when `search` returned: a \
                 task that had its count had not ended"
            )));
        }
    }
    runtime.shutdown_background();
    Ok(())
}
