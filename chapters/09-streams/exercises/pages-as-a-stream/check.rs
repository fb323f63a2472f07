//! Counts how many fetches run at a time, and how many pages have been taken, also from an endless list, from one that
//! pauses, and while nobody asks.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/09-streams/pages-as-a-stream/solution.rs"
)]
mod exercise;

use std::cell::Cell;
use std::pin::pin;
use std::time::Duration;

use futures::{StreamExt, stream};
use probe::{Finding, Ops, Verdict, What, virtual_time};
use tokio::time::{Instant, sleep};

probe::main!(
    "09-pages-as-a-stream",
    [
        at_most_three_fetches_run_at_a_time,
        no_place_stays_free_while_pages_are_left,
        nothing_is_fetched_before_the_stream_is_asked,
        an_endless_list_is_taken_as_it_is_needed,
        a_list_that_pauses_holds_nothing_up,
        every_page_is_fetched_once,
    ]
);

const PAGE: Duration = Duration::from_millis(103);

fn at_most_three_fetches_run_at_a_time() -> Verdict {
    let ops = Ops::new();
    let fetch = |page: u32| {
        ops.run("fetch", async move {
            sleep(PAGE).await;
            u64::from(page)
        })
    };
    let pages = stream::iter(1..=9);
    let crawl = || exercise::crawl(pages, 3, fetch).collect::<Vec<u64>>();
    let (sizes, stats) = virtual_time(crawl).done()?;
    let (peak, took) = (ops.peak(), stats.elapsed);
    if peak > 3 {
        return Err(Finding::mistake("limit-not-limiting").saw(format!(
            "9 pages, a limit of 3, and {peak} fetches ran at the same time"
        )));
    }
    let saw = format!("9 pages of {PAGE:?} with a limit of 3 took {took:?}");
    if peak == 1 && took == 9 * PAGE && ops.task_ids().len() <= 1 {
        return Err(Finding::mistake("await-in-sequence").saw(saw));
    }
    if peak < 3 {
        return Err(Finding::unnamed("Fewer fetches run than may").saw(saw));
    }
    if sizes.len() != 9 {
        return Err(Finding::unnamed("Not every size came out of the stream")
            .saw(format!("9 pages, and the sizes {sizes:?}")));
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
             took {:?}",
            stats.elapsed
        )));
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
            "the stream was made and never polled; {} pages were taken, and {} fetches begun",
            taken.get(),
            ops.starts()
        )));
    }
    Ok(())
}

fn an_endless_list_is_taken_as_it_is_needed() -> Verdict {
    let ops = Ops::new();
    let (taken, came) = (Cell::new(0_usize), Cell::new(0_usize));
    // The most that were taken and had not come out yet, and how many had come out then.
    let worst = Cell::new((0, 0));
    // Not quite: an answer that takes all of it must come to an end, too.
    let pages = stream::iter(1..=10_000).inspect(|_| {
        taken.set(taken.get() + 1);
        worst.set(worst.get().max((taken.get() - came.get(), came.get())));
    });
    let fetch = |page: u32| {
        ops.run("fetch", async move {
            sleep(PAGE).await;
            u64::from(page)
        })
    };
    virtual_time(|| async {
        let mut sizes = pin!(exercise::crawl(pages, 3, fetch));
        while came.get() < 5 && sizes.next().await.is_some() {
            came.set(came.get() + 1);
        }
        // Nobody asks any more, for an hour almost.
        sleep(Duration::from_secs(3_000)).await;
    })
    .done()?;
    if ops.peak() > 3 {
        return Err(Finding::mistake("limit-not-limiting").saw(format!(
            "a limit of 3, and {} fetches ran at the same time",
            ops.peak()
        )));
    }
    let (waiting, came) = worst.get();
    if waiting > 4 {
        return Err(Finding::mistake("unbounded-is-safe").saw(format!(
            "a limit of 3; {came} sizes had come out, and {} of 10000 pages were taken from the list",
            came + waiting
        )));
    }
    Ok(())
}

fn a_list_that_pauses_holds_nothing_up() -> Verdict {
    const PAUSE: Duration = Duration::from_secs(10);
    let ops = Ops::new();
    let fetch = |page: u32| {
        ops.run("fetch", async move {
            sleep(PAGE).await;
            u64::from(page)
        })
    };
    let (first, _) = virtual_time(|| async {
        let start = Instant::now();
        // The record's clock begins with its first event.
        ops.run("start", async {}).await;
        let third = stream::once(async {
            sleep(PAUSE).await;
            3
        });
        let mut sizes =
            pin!(exercise::crawl(stream::iter([1, 2]).chain(third), 3, fetch));
        let _ = sizes.next().await;
        let first = start.elapsed();
        while sizes.next().await.is_some() {}
        first
    })
    .done()?;
    if first > PAGE {
        let log = ops.log();
        let mut ends = log
            .iter()
            .filter(|event| event.label == "fetch" && event.what == What::Ended);
        let fetched = ends.next().map_or(PAUSE, |event| event.at);
        let saw = format!(
            "two pages of {PAGE:?} were there at once, and a third after {PAUSE:?}; the first fetch \
             ended after {fetched:?}, and the first size came out after {first:?}"
        );
        return Err(match fetched > PAGE {
            true => Finding::mistake("other-futures-keep-going").saw(saw),
            false => Finding::unnamed("A size waited for the next page").saw(saw),
        });
    }
    Ok(())
}

fn every_page_is_fetched_once() -> Verdict {
    for (pages, limit) in [(0, 3), (1, 3), (3, 3), (10, 1), (50, 7)] {
        for slow in [false, true] {
            let ops = Ops::new();
            let fetch = |page: u32| {
                ops.run("fetch", async move {
                    if slow {
                        sleep(PAGE).await;
                    }
                    u64::from(page)
                })
            };
            let list = stream::iter(1..=pages);
            let crawl = || exercise::crawl(list, limit, fetch).collect::<Vec<u64>>();
            let (mut sizes, _) = virtual_time(crawl).done()?;
            sizes.sort_unstable();
            let starts = ops.starts();
            if ops.peak() > limit {
                return Err(Finding::mistake("limit-not-limiting").saw(format!(
                    "a limit of {limit}, and {} fetches ran at the same time",
                    ops.peak()
                )));
            }
            if sizes != (1..=u64::from(pages)).collect::<Vec<_>>()
                || starts != sizes.len()
            {
                return Err(Finding::unnamed("Not every page was fetched once").saw(
                    format!(
                        "{pages} pages, {starts} fetches, and {} sizes came out",
                        sizes.len()
                    ),
                ));
            }
        }
    }
    Ok(())
}
