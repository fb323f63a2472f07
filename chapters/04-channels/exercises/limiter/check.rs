//! Counts how many fetches run at a time, and how many pages have been taken while the
//! fetches are held.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/04-channels/limiter/solution.rs"
)]
mod exercise;

use std::cell::Cell;
use std::time::Duration;

use probe::words::{count, duration};
use probe::{Finding, Gate, Ops, Verdict, settle, virtual_time};
use tokio::time::sleep;

probe::main!(
    "04-limiter",
    [
        at_most_three_fetches_run_at_a_time,
        pages_stay_in_the_list_until_their_turn,
        no_place_stays_free_while_pages_are_left,
        every_page_is_fetched_once,
    ]
);

/// How long a page takes: no round number, so that nobody who looks now and then meets it.
const PAGE: Duration = Duration::from_millis(103);

fn at_most_three_fetches_run_at_a_time() -> Verdict {
    let ops = Ops::new();
    let fetch = |page: u32| {
        ops.run(page.to_string(), async move {
            sleep(PAGE).await;
            u64::from(page)
        })
    };
    let (_, stats) = virtual_time(|| exercise::crawl(1..=9, 3, fetch)).done()?;
    let (peak, took) = (ops.peak(), stats.elapsed);
    if ops.ends() < 9 && stats.alive_tasks > 0 {
        return Err(Finding::mistake("spawn-and-return").saw(format!(
            "`crawl` returned after {}, when {} of 9 fetches had ended and {} had not",
            duration(took),
            ops.ends(),
            count(stats.alive_tasks, "task")
        )));
    }
    if peak > 3 {
        return Err(too_many(3, peak).saw(format!(
            "9 pages, a limit of 3, and {peak} fetches ran at the same time"
        )));
    }
    let saw = format!(
        "9 pages of {} with a limit of 3 took {}",
        duration(PAGE),
        duration(took)
    );
    if peak == 1 && took == 9 * PAGE {
        let saw = format!("{saw}, one after the other");
        return Err(match ops.task_ids().len() {
            0 | 1 => Finding::mistake("await-in-sequence").saw(saw),
            // Who has taken the second page by now does not wait for the task of the first.
            _ if held()?.0 == 1 => Finding::mistake("spawn-then-await").saw(saw),
            _ => Finding::unnamed("Fewer fetches run than may").saw(saw),
        });
    }
    if peak < 3 {
        let finding = match peak {
            2 => Finding::mistake("limit-at-the-edge"),
            _ => Finding::unnamed("Fewer fetches run than may"),
        };
        return Err(
            finding.saw(format!("{saw}, and at most {peak} ran at the same time"))
        );
    }
    if took > 3 * PAGE {
        return Err(Finding::unnamed("A place that is free is filled late").saw(saw));
    }
    Ok(())
}

/// More fetches ran than may: one more is an error in counting, and no missing limit.
fn too_many(limit: usize, peak: usize) -> Finding {
    Finding::mistake(if peak == limit + 1 {
        "limit-at-the-edge"
    } else {
        "limit-not-limiting"
    })
}

/// Holds every fetch; returns how many pages have been taken and how many are being fetched
/// when nothing moves any more, and the sum in the end.
fn held() -> Result<(usize, usize, u64), Finding> {
    let (gate, ops, taken) = (Gate::new(), Ops::new(), Cell::new(0));
    let pages = (1..=10_000).inspect(|_| taken.set(taken.get() + 1));
    let fetch = |page: u32| {
        let gate = gate.clone();
        ops.run("page", async move {
            gate.pass().await;
            u64::from(page)
        })
    };
    let run = virtual_time(|| async {
        let look = async {
            settle().await;
            let seen = (taken.get(), gate.waiting());
            gate.open();
            seen
        };
        tokio::join!(exercise::crawl(pages, 3, fetch), look)
    });
    let ((sum, (taken, waiting)), _) = run.done()?;
    Ok((taken, waiting, sum))
}

fn pages_stay_in_the_list_until_their_turn() -> Verdict {
    let (taken, waiting, sum) = held()?;
    if taken > 4 {
        // A few pages are a queue that is too long, and all of them are a queue without a bound.
        let id = if taken < 100 { "limit-at-the-edge" } else { "unbounded-is-safe" };
        return Err(Finding::mistake(id).saw(format!(
            "while {} ran, {taken} of 10000 pages had been taken from the list, and 4 may be",
            count(waiting, "fetch")
        )));
    }
    if waiting < 3 {
        return Err(Finding::unnamed("Fewer fetches run than may").saw(format!(
            "10000 pages, a limit of 3, and {} ran",
            count(waiting, "fetch")
        )));
    }
    if sum != 50_005_000 {
        return Err(wrong_sum(50_005_000, sum));
    }
    Ok(())
}

fn wrong_sum(expected: u64, sum: u64) -> Finding {
    let finding = Finding::unnamed("The sum is wrong")
        .saw(format!("the sizes add up to {expected}, and the sum is {sum}"));
    match sum < expected {
        true => finding.because(
            "some of the sizes were not added: a result that was taken out, as by `join_next`, is not \
             there any more when the rest is added up",
        ),
        false => finding,
    }
}

fn no_place_stays_free_while_pages_are_left() -> Verdict {
    // One page, or two, are slow, and the others get done beside them in the other places.
    let slow = |page: u32, slow: &[u32]| if slow.contains(&page) { 400 } else { 100 };
    let mut patterns: Vec<Vec<u32>> = (1..=9).map(|page| vec![page]).collect();
    patterns.extend([vec![1, 2], vec![2, 4], vec![3, 9], vec![]]);
    for pattern in patterns {
        // Each page goes to the place that is free first.
        let mut places = [0; 3];
        for page in 1..=9 {
            let free = places.iter_mut().min().expect("there are three");
            *free += slow(page, &pattern);
        }
        let best = Duration::from_millis(*places.iter().max().expect("there are three"));
        let fetch = |page: u32| {
            let time = Duration::from_millis(slow(page, &pattern));
            async move {
                sleep(time).await;
                u64::from(page)
            }
        };
        let (sum, stats) = virtual_time(|| exercise::crawl(1..=9, 3, fetch)).done()?;
        if sum != 45 {
            return Err(wrong_sum(45, sum));
        }
        if stats.elapsed > best {
            return Err(Finding::mistake("batch-waits-for-its-slowest").saw(format!(
                "of nine pages of 100 ms, {} 400 ms; three at a time, they fit into {}, and took \
                 {}",
                match pattern[..] {
                    [] => "none takes".to_owned(),
                    [one] => format!("number {one} takes"),
                    _ => format!("the numbers {pattern:?} take"),
                },
                duration(best),
                duration(stats.elapsed)
            )));
        }
    }
    Ok(())
}

fn every_page_is_fetched_once() -> Verdict {
    for (pages, limit) in [(0, 3), (1, 3), (3, 3), (10, 1), (50, 7)] {
        let at_once = |page: u32| async move { u64::from(page) };
        let (sum, _) =
            virtual_time(|| exercise::crawl(1..=pages, limit, at_once)).done()?;
        let expected = u64::from(pages * (pages + 1) / 2);
        if sum != expected {
            return Err(wrong_sum(expected, sum));
        }
        let ops = Ops::new();
        let slow = |page: u32| {
            ops.run("page", async move {
                sleep(PAGE).await;
                u64::from(page)
            })
        };
        let (sum, _) = virtual_time(|| exercise::crawl(1..=pages, limit, slow)).done()?;
        let (starts, peak) = (ops.starts(), ops.peak());
        let saw = format!(
            "{} and a limit of {limit}: {}, and {peak} at the same time",
            count(pages as usize, "page"),
            count(starts, "fetch")
        );
        if peak > limit {
            return Err(too_many(limit, peak).saw(saw));
        }
        if starts != pages as usize {
            return Err(Finding::unnamed("Not every page is fetched once").saw(saw));
        }
        if peak < limit.min(starts) {
            return Err(Finding::unnamed("Fewer fetches run than may").saw(saw));
        }
        if sum != expected {
            return Err(wrong_sum(expected, sum));
        }
    }
    Ok(())
}
