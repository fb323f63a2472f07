//! Announces before, while and after somebody looks. `ready` takes 10 ms, so that news can
//! come in the middle of it.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/04-channels/news/solution.rs"
)]
mod exercise;

use std::cell::Cell;
use std::time::Duration;

use exercise::News;
use probe::words::count;
use probe::{End, Finding, Verdict, settle, virtual_time};
use tokio::time::{Instant, sleep, sleep_until, timeout};

probe::main!(
    "04-news",
    [
        who_is_ready_does_not_wait,
        news_ends_the_waiting,
        news_while_somebody_looks_is_not_missed,
        news_during_a_later_look_is_not_missed,
        three_who_look_at_the_same_time_miss_nothing,
        everybody_who_waits_gets_the_news,
        news_alone_is_not_enough,
        much_news_during_one_look_is_no_trouble,
        nobody_looks_without_news,
        steady_news_does_not_keep_anybody_from_looking,
        old_news_is_no_news,
        who_gives_up_takes_nothing_along,
    ]
);

/// What a bread waiter saw: how often it looked, and when it was done (ms), if it was.
struct Waited {
    looks: Vec<usize>,
    /// How many of these looks were dropped before they were done.
    dropped: usize,
    /// Whether `ready` has said true to it.
    told: Vec<bool>,
    done: Vec<Option<u128>>,
}

/// `waiters` wait for `wanted` breads; one is baked and announced at each of the times (ms).
fn bakery(waiters: usize, wanted: usize, baked_at: &[u64]) -> Result<Waited, Finding> {
    let (breads, looks) = (Cell::new(0), vec![Cell::new(0); waiters]);
    let looked = Cell::new(0);
    // Whoever holds a std lock while `ready` looks has `announce` block the thread.
    probe::if_it_waits("guard-across-await");
    let (told, done) = (vec![Cell::new(false); waiters], vec![Cell::new(None); waiters]);
    let run = virtual_time(|| async {
        let (news, start) = (News::new(), Instant::now());
        let wait = async |n: usize| {
            let ready = async || {
                looks[n].set(looks[n].get() + 1);
                // What is found is what was there when the looking began.
                let found = breads.get();
                sleep(Duration::from_millis(10)).await;
                looked.set(looked.get() + 1);
                told[n].set(told[n].get() || found >= wanted);
                found >= wanted
            };
            news.until(ready).await;
            done[n].set(Some(start.elapsed().as_millis()));
        };
        let bake = async {
            for at in baked_at {
                sleep_until(start + Duration::from_millis(*at)).await;
                breads.set(breads.get() + 1);
                news.announce();
            }
        };
        match waiters {
            1 => drop(tokio::join!(wait(0), bake)),
            _ => drop(tokio::join!(wait(0), wait(1), wait(2), bake)),
        }
    });
    let waited = Waited {
        looks: looks.iter().map(Cell::get).collect(),
        dropped: looks.iter().map(Cell::get).sum::<usize>() - looked.get(),
        told: told.iter().map(Cell::get).collect(),
        done: done.iter().map(Cell::get).collect(),
    };
    match run.end {
        End::Done(()) | End::Stuck => Ok(waited),
        _ => run.done().map(|_| waited),
    }
}

/// All are done at `at` ms, after `looks` looks each.
fn judge(waited: &Waited, at: u128, looks: usize, story: &str) -> Verdict {
    let done: Vec<u128> = waited.done.iter().copied().flatten().collect();
    let returned = waited.done.iter().zip(&waited.told);
    if let Some(early) =
        returned.filter(|(_, told)| !**told).find_map(|(done, _)| done.as_ref())
    {
        return Err(Finding::mistake("wake-is-the-news").saw(format!(
            "{story}: `until` returned after {early} ms, before `ready` had said true"
        )));
    }
    if done.len() < waited.done.len() {
        let waiting = waited.done.len() - done.len();
        let still = match waited.done.len() {
            1 => "it still waits".to_owned(),
            all => format!("{waiting} of {all} still wait"),
        };
        let looks = waited.looks.iter().max().expect("somebody waited");
        return Err(Finding::mistake("notify-remembers")
            .saw(format!("{story}: {still}, after {}", count(*looks, "look"))));
    }
    if let Some(many) = waited.looks.iter().find(|n| **n > looks) {
        return Err(Finding::mistake("asked-without-news").saw(format!(
            "{story}: `ready` was asked {} where {looks} {} enough",
            probe::words::times(*many),
            if looks == 1 { "is" } else { "are" }
        )));
    }
    if let Some(late) = done.iter().find(|done| **done > at) {
        return Err(Finding::unnamed("The news was noticed late")
            .saw(format!("{story}: `until` returned after {late} ms instead of {at}")));
    }
    Ok(())
}

fn who_is_ready_does_not_wait() -> Verdict {
    let (waited, story) = (bakery(1, 0, &[])?, "the bread is there from the start");
    if waited.done[0].is_none() {
        // There is no news here that could have been lost.
        return Err(Finding::unnamed("Who is ready waits for news").saw(format!(
            "{story}: `until` still waits, after {}",
            count(waited.looks[0], "look")
        )));
    }
    judge(&waited, 10, 1, story)
}

fn news_ends_the_waiting() -> Verdict {
    let story = "a bread is baked while one waits for it";
    judge(&bakery(1, 1, &[50])?, 60, 2, story)
}

fn news_while_somebody_looks_is_not_missed() -> Verdict {
    let story = "a bread is announced while `ready` is looking, which then says false";
    judge(&bakery(1, 1, &[5])?, 20, 2, story)
}

fn news_during_a_later_look_is_not_missed() -> Verdict {
    let story =
        "one waits for two breads, and the second is announced during its second look";
    judge(&bakery(1, 2, &[50, 55])?, 70, 3, story)
}

fn three_who_look_at_the_same_time_miss_nothing() -> Verdict {
    let story =
        "a bread is announced while three are looking, and `ready` says false to each";
    judge(&bakery(3, 1, &[5])?, 20, 2, story)
}

fn everybody_who_waits_gets_the_news() -> Verdict {
    let story = "three wait, and one bread is announced, once";
    judge(&bakery(3, 1, &[50])?, 60, 2, story)
}

fn news_alone_is_not_enough() -> Verdict {
    let story = "one waits for the third bread, and each is announced";
    judge(&bakery(1, 3, &[50, 100, 150])?, 160, 4, story)
}

fn much_news_during_one_look_is_no_trouble() -> Verdict {
    let story = "twenty breads are announced while `ready` is looking";
    let (waited, baked_at) = (bakery(1, 20, &[5; 20])?, 5);
    // Once for each news is not too often, although two looks are enough.
    judge(&waited, baked_at + 15, 21, story)
}

fn nobody_looks_without_news() -> Verdict {
    let story = "one waits for a bread that is baked after half an hour";
    judge(&bakery(1, 1, &[1_800_000])?, 1_800_010, 2, story)
}

/// A look takes 10 ms, and there is news every 7 ms.
fn steady_news_does_not_keep_anybody_from_looking() -> Verdict {
    let story =
        "there is news every 7 ms, a look takes 10 ms, and one waits for the sixth bread";
    let baked_at: Vec<u64> = (0..200).map(|n| 5 + 7 * n).collect();
    let waited = bakery(1, 6, &baked_at)?;
    // The last look begins 10 ms after the sixth bread at the latest. Whoever looks once for each piece
    // of news, one after the other, is done a little later.
    let on_time = waited.done[0].is_some_and(|at| at <= 110);
    if waited.dropped > 1 && !on_time {
        return Err(Finding::mistake("select-keeps-progress").saw(format!(
            "{story}: of {}, {} were dropped before `ready` had said anything",
            count(waited.looks[0], "look"),
            waited.dropped
        )));
    }
    // Of those that were dropped nobody has seen anything, so they are no reason to complain.
    judge(&waited, 110, 7 + waited.dropped, story)
}

/// Counts the looks of somebody who waits for the bread, in a bakery where much has happened before.
fn old_news_is_no_news() -> Verdict {
    for announced in [1, 2, 7] {
        let (breads, looks) = (Cell::new(0), Cell::new(0));
        let run = virtual_time(|| async {
            let news = News::new();
            let ready = async |wanted: usize| {
                looks.set(looks.get() + 1);
                breads.get() >= wanted
            };
            // Nobody waits; then one looks, and is ready; then nobody waits again.
            (0..announced).for_each(|_| news.announce());
            let first = news.until(async || {
                sleep(Duration::from_millis(10)).await;
                ready(0).await
            });
            let announce = async {
                settle().await;
                (0..announced).for_each(|_| news.announce());
            };
            tokio::join!(first, announce);
            (0..announced).for_each(|_| news.announce());
            looks.set(0);
            let wait = news.until(async || ready(1).await);
            let bake = async {
                settle().await;
                let before = looks.get();
                breads.set(1);
                news.announce();
                before
            };
            tokio::join!(wait, bake).1
        });
        let story = format!(
            "there was news {}, and then one began to wait for a bread",
            probe::words::times(3 * announced)
        );
        let before = match run.end {
            End::Stuck => {
                return Err(Finding::mistake("notify-remembers")
                    .saw(format!("{story}, which was announced: it still waits")));
            }
            _ => run.done()?.0,
        };
        if before > 1 {
            return Err(Finding::mistake("asked-without-news").saw(format!(
                "{story}: before there was any more news, `ready` was asked {}",
                probe::words::times(before)
            )));
        }
    }
    Ok(())
}

/// One who gives up while it waits, and one who gives up while it looks.
fn who_gives_up_takes_nothing_along() -> Verdict {
    for patience in [1, 30] {
        let (breads, looks) = (Cell::new(0), Cell::new(0));
        let run = virtual_time(|| async {
            let news = News::new();
            let ready = async || {
                looks.set(looks.get() + 1);
                let found = breads.get();
                sleep(Duration::from_millis(10)).await;
                found > 0
            };
            let give_up = async {
                for _ in 0..3 {
                    let _ =
                        timeout(Duration::from_millis(patience), news.until(ready)).await;
                }
                looks.set(0);
            };
            let bake = async {
                sleep(Duration::from_millis(200)).await;
                breads.set(1);
                news.announce();
            };
            let wait = async {
                give_up.await;
                tokio::join!(news.until(ready), news.until(ready));
            };
            tokio::join!(wait, bake);
        });
        let story = format!(
            "three waited and gave up after {patience} ms; then two waited, and a bread was announced"
        );
        match run.end {
            End::Stuck => {
                return Err(Finding::mistake("notify-remembers")
                    .saw(format!("{story}: not both of them returned")));
            }
            _ => run.done()?,
        };
        if looks.get() > 4 {
            return Err(Finding::mistake("asked-without-news").saw(format!(
                "{story}: together they asked `ready` {} where 4 are enough",
                probe::words::times(looks.get())
            )));
        }
    }
    Ok(())
}
