//! Fetches of several steps beside a store that takes a second, or a minute now and then: how long did each step have to
//! wait?

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/09-streams/fetch-while-storing/solution.rs"
)]
mod exercise;

use std::cell::{Cell, RefCell};
use std::time::Duration;

use probe::{Finding, Ops, Verdict, What, virtual_time, words};
use tokio::time::{Instant, sleep};

probe::main!(
    "09-fetch-while-storing",
    [
        fetches_get_on_while_a_page_is_stored,
        a_slow_page_is_not_overtaken_by_many,
        every_page_is_stored_in_order,
    ]
);

/// A fetch is five steps of this length.
const STEP: Duration = Duration::from_millis(7);

const STORE: Duration = Duration::from_secs(1);

/// Between a fetch and a store. The types see to it that nobody forgets.
fn parse(page: u64) -> u64 {
    page
}

struct Seen {
    fetches: Ops,
    stores: Ops,
    stored: Vec<u64>,
    /// How many pages had been taken beyond those stored, at the most.
    ahead: usize,
    took: Duration,
}

fn run(
    pages: u32,
    limit: usize,
    step: Duration,
    store: impl Fn(u64) -> Duration,
) -> Result<Seen, Finding> {
    let (fetches, stores) = (Ops::new(), Ops::new());
    let (taken, ahead, stored) = (Cell::new(0), Cell::new(0), RefCell::new(Vec::new()));
    let list = (1..=pages).inspect(|_| {
        taken.set(taken.get() + 1);
        ahead.set(ahead.get().max(taken.get() - stored.borrow().len()));
    });
    let fetch = |page: u32| {
        // An earlier page takes a little longer, so they come in out of order.
        let step = if page % 3 == 1 { 2 * step } else { step };
        fetches.run(page.to_string(), async move {
            for _ in 0..if step.is_zero() { 0 } else { 5 } {
                sleep(step).await;
            }
            u64::from(page)
        })
    };
    let store = |page: u64| {
        let (time, stored) = (store(page), &stored);
        stores.run("store", async move {
            if !time.is_zero() {
                sleep(time).await;
            }
            stored.borrow_mut().push(page);
        })
    };
    let (took, _) = virtual_time(|| async {
        let start = Instant::now();
        exercise::mirror(list, limit, fetch, parse, store).await;
        start.elapsed()
    })
    .done()?;
    let (stored, ahead) = (stored.borrow().clone(), ahead.get());
    Ok(Seen { fetches, stores, stored, ahead, took })
}

/// How much longer than it should the slowest fetch took, of those that ended.
fn held_up(seen: &Seen, step: Duration) -> Duration {
    let log = seen.fetches.log();
    let times = |label: &str| {
        let mut events = log.iter().filter(|event| event.label == label);
        Some((events.next()?.at, events.next()?.at))
    };
    let late = |page: u32| {
        let step = if page % 3 == 1 { 2 * step } else { step };
        let (start, end) = times(&page.to_string())?;
        Some((end - start).saturating_sub(5 * step))
    };
    (1..).map_while(late).max().unwrap_or_default()
}

fn judge(
    pages: u32,
    limit: usize,
    step: Duration,
    store: impl Fn(u64) -> Duration,
) -> Verdict {
    let longest = (1..=u64::from(pages)).map(&store).max().unwrap_or_default();
    let seen = run(pages, limit, step, store)?;
    let peak = seen.fetches.peak();
    if peak > limit {
        return Err(Finding::mistake("limit-not-limiting").saw(format!(
            "a limit of {limit}, and {peak} fetches ran at the same time"
        )));
    }
    let late = held_up(&seen, step);
    if late >= Duration::from_millis(100) {
        return Err(Finding::mistake("other-futures-keep-going").saw(format!(
            "with a store of up to {}, a fetch of {} in five steps took up to {} longer",
            words::duration(longest),
            words::duration(5 * step),
            words::duration(late)
        )));
    }
    if seen.stores.peak() > 1 {
        return Err(Finding::mistake("in-order-is-one-by-one").saw(format!(
            "{} were stored at the same time",
            words::count(seen.stores.peak(), "page")
        )));
    }
    if peak == 1 && limit.min(pages as usize) > 1 && !step.is_zero() {
        return Err(Finding::mistake("await-in-sequence").saw(format!(
            "a limit of {limit}, and one fetch at a time; {} took {}",
            words::count(pages as usize, "page"),
            words::duration(seen.took)
        )));
    }
    if peak < limit.min(pages as usize) && !step.is_zero() {
        return Err(Finding::unnamed("Fewer fetches run than may").saw(format!(
            "a limit of {limit}, and {peak} ran at the same time at the most"
        )));
    }
    stored_in_order(pages, &seen)?;
    if seen.ahead > 2 * limit + 2 {
        return Err(Finding::mistake("unbounded-is-safe").saw(format!(
            "a limit of {limit}, and {} had been taken that were not stored yet",
            words::count(seen.ahead, "page")
        )));
    }
    Ok(())
}

fn stored_in_order(pages: u32, seen: &Seen) -> Verdict {
    let right: Vec<u64> = (1..=u64::from(pages)).collect();
    if seen.stored == right {
        return Ok(());
    }
    let saw = format!("pages 1 to {pages}, stored: {:?}", seen.stored);
    if seen.stores.drops() > 0 {
        let log = seen.stores.log();
        let at_the_end = log.last().is_some_and(|event| event.what == What::Dropped)
            && seen.stores.drops() == 1;
        return Err(match at_the_end {
            true => Finding::mistake("select-keeps-progress").saw(format!(
                "{saw}; a store was under way when `mirror` returned, and was dropped"
            )),
            false => Finding::mistake("lost-in-a-branch")
                .saw(format!("{saw}; a store was dropped while it was under way")),
        });
    }
    if right.starts_with(&seen.stored) {
        return Err(Finding::unnamed("`mirror` returned before every page was stored")
            .saw(format!(
                "{saw}; {} begun, {} of them done",
                words::count(seen.fetches.starts(), "fetch"),
                seen.fetches.ends()
            )));
    }
    let log = seen.fetches.log();
    let ends = log.iter().filter(|event| event.what == What::Ended);
    if ends.map(|event| event.label.clone()).eq(seen.stored.iter().map(u64::to_string)) {
        return Err(Finding::mistake("completion-order")
            .saw(format!("{saw}, in the order in which their fetches ended")));
    }
    Err(Finding::unnamed("The pages were not stored in order, each once").saw(saw))
}

fn fetches_get_on_while_a_page_is_stored() -> Verdict {
    judge(12, 4, STEP, |_| STORE)?;
    judge(40, 3, STEP, |_| STORE)?;
    // Fetches that take longer than a store, and a store that takes longer than all fetches.
    judge(12, 4, 100 * STEP, |_| STORE)?;
    judge(24, 4, STEP, |page| if page == 2 { 60 * STORE } else { Duration::ZERO })?;
    judge(24, 3, STEP, |page| if page % 8 == 1 { 10 * STORE } else { STEP })
}

fn a_slow_page_is_not_overtaken_by_many() -> Verdict {
    const LIMIT: usize = 4;
    let (taken, stored, ahead) = (Cell::new(0), Cell::new(0), Cell::new(0));
    let list = (1..=60).inspect(|_| {
        taken.set(taken.get() + 1);
        ahead.set(ahead.get().max(taken.get() - stored.get()));
    });
    let fetch = |page: u32| async move {
        sleep(if page == 1 { 100 * STEP } else { STEP }).await;
        u64::from(page)
    };
    let store = |_| async { stored.set(stored.get() + 1) };
    virtual_time(|| exercise::mirror(list, LIMIT, fetch, parse, store)).done()?;
    if ahead.get() > 2 * LIMIT + 2 {
        return Err(Finding::mistake("unbounded-is-safe").saw(format!(
            "a limit of {LIMIT}, and the first fetch was slow; by its end, {} had been taken that were not \
             stored yet",
            words::count(ahead.get(), "page")
        )));
    }
    Ok(())
}

fn every_page_is_stored_in_order() -> Verdict {
    for (pages, limit) in [(0, 3), (1, 3), (2, 3), (3, 3), (10, 1), (60, 5)] {
        judge(pages, limit, STEP, |_| Duration::ZERO)?;
        judge(pages, limit, STEP, |_| Duration::from_millis(20))?;
        judge(pages, limit, STEP, |_| STORE)?;
        judge(pages, limit, Duration::ZERO, |_| Duration::ZERO)?;
    }
    Ok(())
}
