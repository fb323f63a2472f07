//! Counts how many fetches run at a time, and how many pages have been taken, also from an endless list, from one that
//! pauses, and while nobody asks. The list does not forgive being asked after its end.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/09-streams/pages-as-a-stream/solution.rs"
)]
mod exercise;

use std::cell::Cell;
use std::pin::pin;
use std::rc::Rc;
use std::time::Duration;

use futures::{Stream, StreamExt, stream};
use probe::{Finding, Ops, Strict, StrictLog, Verdict, What, virtual_time, words};
use tokio::time::{Instant, sleep};

probe::main!(
    "09-pages-as-a-stream",
    [
        at_most_three_fetches_run_at_a_time,
        no_place_stays_free_while_pages_are_left,
        a_page_that_comes_later_finds_a_free_place,
        nothing_is_fetched_before_the_stream_is_asked,
        an_endless_list_is_taken_as_it_is_needed,
        a_list_that_pauses_holds_nothing_up,
        every_page_is_fetched_once,
    ]
);

const PAGE: Duration = Duration::from_millis(103);

/// What was done with a list of pages.
struct List {
    taken: Rc<Cell<usize>>,
    log: StrictLog,
}

/// A list that panics when it is asked again after its end. (That panic becomes a finding: `polled-after-none`.)
fn list(pages: impl Stream<Item = u32>) -> (impl Stream<Item = u32>, List) {
    let taken = Rc::new(Cell::new(0));
    let count = taken.clone();
    let pages = pages.inspect(move |_| count.set(count.get() + 1));
    let pages = Strict::new("the list of pages", pages);
    let log = pages.log();
    (pages, List { taken, log })
}

/// A fetch that takes some time, recorded under its page. A size is its page's number.
fn fetch(ops: &Ops, page: u32, time: Duration) -> impl Future<Output = u64> + use<> {
    ops.run(page.to_string(), async move {
        if !time.is_zero() {
            sleep(time).await;
        }
        u64::from(page)
    })
}

/// Whether each page of a list of so many was fetched once, and its size came out once.
fn each_once(
    pages: usize,
    limit: usize,
    time: Duration,
) -> Result<(Ops, Duration), Finding> {
    let ops = Ops::new();
    let (stream, list) = list(stream::iter(1..=pages as u32));
    let fetches = ops.clone();
    let crawl = move || async move {
        let fetch = |page| fetch(&fetches, page, time);
        let sizes = exercise::crawl(stream, limit, fetch).collect::<Vec<u64>>().await;
        (sizes, fetches.ends())
    };
    let ((sizes, ends), stats) = virtual_time(crawl).done()?;
    let peak = ops.peak();
    if peak > limit {
        return Err(Finding::mistake("limit-not-limiting").saw(format!(
            "{}, a limit of {limit}, and {peak} fetches ran at the same time",
            words::count(pages, "page")
        )));
    }
    let (taken, starts) = (list.taken.get(), ops.starts());
    let begun = |page: u64| {
        let (log, page) = (ops.log(), page.to_string());
        log.iter().filter(|it| it.label == page && it.what == What::Started).count()
    };
    let came = |page: u64| sizes.iter().filter(|size| **size == page).count();
    let saw = format!(
        "{}: {taken} taken from the list, {} begun, {} came out",
        words::count(pages, "page"),
        words::count(starts, "fetch"),
        words::count(sizes.len(), "size")
    );
    let all = 1..=pages as u64;
    if let Some(page) = all.clone().find(|page| begun(*page) > 1 || came(*page) > 1) {
        return Err(Finding::unnamed("A page was fetched more than once").saw(format!(
            "page {page} was fetched {}, and its size came out {}",
            words::times(begun(page)),
            words::times(came(page))
        )));
    }
    if let Some(page) = all.clone().find(|page| begun(*page) == 0) {
        if (page as usize) > taken {
            return Err(Finding::unnamed("It did not take the whole list").saw(saw));
        }
        // A page that waits for a place is lost only where places are rare.
        let saw = format!("{saw}; page {page} was taken, and not fetched");
        let rare = limit < pages && each_once(pages, pages + 1, time).is_ok();
        return Err(match rare {
            true => Finding::mistake("lost-in-a-branch").saw(saw),
            false => Finding::unnamed("A page that was taken was not fetched").saw(saw),
        });
    }
    if let Some(page) = all.clone().find(|page| came(*page) == 0) {
        // It ended while fetches were under way.
        let early = list.log.done() && ends < starts;
        return Err(match early {
            true => Finding::mistake("first-end-ends-all").saw(format!(
                "{saw}; the list had ended, and the stream of sizes ended with {} under way",
                words::count(starts - ends, "fetch")
            )),
            false => Finding::unnamed("A size was lost").saw(format!(
                "{saw}; page {page} was fetched, and its size did not come out"
            )),
        });
    }
    if sizes.len() != pages {
        return Err(Finding::unnamed("The sizes are not those of the pages").saw(saw));
    }
    Ok((ops, stats.elapsed))
}

fn at_most_three_fetches_run_at_a_time() -> Verdict {
    let (ops, took) = each_once(9, 3, PAGE)?;
    let peak = ops.peak();
    let saw = format!(
        "9 pages of {} with a limit of 3 took {}",
        words::duration(PAGE),
        words::duration(took)
    );
    if peak == 1 && took == 9 * PAGE && ops.task_ids().len() <= 1 {
        return Err(Finding::mistake("await-in-sequence").saw(saw));
    }
    if peak < 3 {
        return Err(Finding::unnamed("Fewer fetches run than may")
            .saw(format!("{saw}, and {peak} ran at the same time at the most")));
    }
    if took > 3 * PAGE {
        return Err(Finding::unnamed("A place that is free is filled late").saw(saw));
    }
    Ok(())
}

fn no_place_stays_free_while_pages_are_left() -> Verdict {
    // The first page is slow, and the others get done beside it in the other two places.
    let fetch = |page: u32| async move {
        sleep(Duration::from_millis(if page == 1 { 400 } else { 100 })).await;
        u64::from(page)
    };
    let pages = stream::iter(1..=9);
    let crawl = || exercise::crawl(pages, 3, fetch).collect::<Vec<u64>>();
    let (_, stats) = virtual_time(crawl).done()?;
    if stats.elapsed > Duration::from_millis(400) {
        return Err(Finding::mistake("batch-waits-for-its-slowest").saw(format!(
            "one page of 400 ms and eight of 100 ms, three at a time, fit into 400 ms; they \
             took {}",
            words::duration(stats.elapsed)
        )));
    }
    Ok(())
}

fn a_page_that_comes_later_finds_a_free_place() -> Verdict {
    const LATER: Duration = Duration::from_millis(20);
    let ops = Ops::new();
    let fetch = |page: u32| fetch(&ops, page, PAGE);
    let second = stream::once(async {
        sleep(LATER).await;
        2
    });
    let (pages, _) = list(stream::iter([1]).chain(second));
    let crawl = || exercise::crawl(pages, 3, fetch).collect::<Vec<u64>>();
    let (_, stats) = virtual_time(crawl).done()?;
    if stats.elapsed > LATER + PAGE {
        return Err(Finding::unnamed("A page waited, though a place was free")
            .saw(format!(
                "with a limit of 3 and fetches of {}, one page came at once and one {} later; both \
                 sizes were there after {}",
                words::duration(PAGE),
                words::duration(LATER),
                words::duration(stats.elapsed)
            ))
            .because("the code waited for the fetches under way and for nothing else"));
    }
    Ok(())
}

fn nothing_is_fetched_before_the_stream_is_asked() -> Verdict {
    let ops = Ops::new();
    let taken = Cell::new(0);
    let pages = stream::iter(1..=9).inspect(|_| taken.set(taken.get() + 1));
    let fetch = |page: u32| ops.run("fetch", async move { u64::from(page) });
    virtual_time(|| async {
        let sizes = exercise::crawl(pages, 3, fetch);
        sleep(Duration::from_secs(1)).await;
        drop(sizes);
    })
    .done()?;
    if taken.get() > 0 || ops.starts() > 0 {
        return Err(Finding::unnamed("It began before anybody asked").saw(format!(
            "the stream was made and never polled; {} taken, and {} begun",
            words::count(taken.get(), "page"),
            words::count(ops.starts(), "fetch")
        )));
    }
    Ok(())
}

fn an_endless_list_is_taken_as_it_is_needed() -> Verdict {
    for (limit, pause) in [(3, 0), (3, 1_000), (1, 10), (8, 50)] {
        let ops = Ops::new();
        let (taken, came) = (Cell::new(0_usize), Cell::new(0_usize));
        // The most that were taken and had not come out yet, and how many had come out then.
        let worst = Cell::new((0, 0));
        // Not quite: an answer that takes all of it must come to an end, too.
        let pages = stream::iter(1..=10_000).inspect(|_| {
            taken.set(taken.get() + 1);
            worst.set(worst.get().max((taken.get() - came.get(), came.get())));
        });
        let fetch = |page: u32| fetch(&ops, page, PAGE);
        virtual_time(|| async {
            let mut sizes = pin!(exercise::crawl(pages, limit, fetch));
            while came.get() < 5 && sizes.next().await.is_some() {
                came.set(came.get() + 1);
                sleep(Duration::from_millis(pause)).await;
            }
            // Nobody asks any more, for an hour almost.
            sleep(Duration::from_secs(3_000)).await;
        })
        .done()?;
        if ops.peak() > limit {
            return Err(Finding::mistake("limit-not-limiting").saw(format!(
                "a limit of {limit}, and {} ran at the same time",
                words::count(ops.peak(), "fetch")
            )));
        }
        let (waiting, came) = worst.get();
        if waiting > limit + 1 {
            return Err(Finding::mistake("unbounded-is-safe").saw(format!(
                "a limit of {limit}; {} had come out when {} had been taken from a list of 10,000",
                words::count(came, "size"),
                words::count(came + waiting, "page")
            )));
        }
    }
    Ok(())
}

fn a_list_that_pauses_holds_nothing_up() -> Verdict {
    const PAUSE: Duration = Duration::from_secs(10);
    // What comes after the pause: a third page, or only the end.
    for third in [Some(3), None] {
        let ops = Ops::new();
        let fetch = |page: u32| fetch(&ops, page, PAGE);
        let later = stream::once(async move {
            sleep(PAUSE).await;
            third
        });
        let (pages, list) =
            list(stream::iter([1, 2]).chain(later.filter_map(async |page| page)));
        let ((first, sizes), _) = virtual_time(|| async {
            let start = Instant::now();
            // The record's clock begins with its first event.
            ops.run("start", async {}).await;
            let mut sizes = pin!(exercise::crawl(pages, 3, fetch));
            let mut came = Vec::from_iter(sizes.next().await);
            let first = start.elapsed();
            while let Some(size) = sizes.next().await {
                came.push(size);
            }
            (first, came)
        })
        .done()?;
        if first > PAGE {
            let log = ops.log();
            let mut ends = log
                .iter()
                .filter(|event| event.label != "start" && event.what == What::Ended);
            let fetched = ends.next().map_or(PAUSE, |event| event.at);
            let saw = format!(
                "two pages of {} were there at once, and {} after {}; the first fetch ended after {}, \
                 and the first size came out after {}",
                words::duration(PAGE),
                if third.is_some() { "a third" } else { "the end of the list" },
                words::duration(PAUSE),
                words::duration(fetched),
                words::duration(first)
            );
            return Err(match fetched > PAGE {
                true => Finding::mistake("other-futures-keep-going").saw(saw),
                false => Finding::unnamed("A size waited for the next page").saw(saw).because(
                    "the size was there, and the code waited for the list and for nothing else",
                ),
            });
        }
        if sizes.len() != list.taken.get() {
            return Err(Finding::unnamed("A size was lost").saw(format!(
                "a list that pauses for {}: {} taken from it, and {} came out",
                words::duration(PAUSE),
                words::count(list.taken.get(), "page"),
                words::count(sizes.len(), "size")
            )));
        }
    }
    Ok(())
}

fn every_page_is_fetched_once() -> Verdict {
    for (pages, limit) in [(0, 3), (1, 3), (2, 3), (3, 3), (4, 3), (10, 1), (50, 7)] {
        each_once(pages, limit, PAGE)?;
        each_once(pages, limit, Duration::ZERO)?;
    }
    Ok(())
}
