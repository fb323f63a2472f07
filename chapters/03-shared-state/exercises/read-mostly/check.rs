//! Asks for a list that is old, alone, ten times at once, and on two days, and for one that is good while
//! somebody else reads it, or waits to write.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/03-shared-state/read-mostly/solution.rs"
)]
mod exercise;

use std::rc::Rc;
use std::time::Duration;

use exercise::Prices;
use probe::words::or;
use probe::{End, Finding, Ops, Verdict, settle, virtual_time};
use tokio::sync::RwLock;
use tokio::task::{JoinSet, LocalSet};
use tokio::time::{sleep, timeout};

probe::main!(
    "03-read-mostly",
    [
        an_old_list_is_replaced,
        a_good_list_is_read_beside_other_readers,
        nobody_reads_twice_at_a_time,
        a_list_of_a_later_day_is_good,
        a_lock_that_is_busy_is_waited_for,
        ten_callers_fetch_a_new_list_once,
        callers_of_two_days_get_a_list_each,
        a_caller_may_give_up_while_it_fetches,
    ]
);

fn an_old_list_is_replaced() -> Verdict {
    let ops = Ops::new();
    let run = virtual_time(|| async {
        let list = RwLock::new(of(1));
        let got = exercise::prices(&list, 2, async |day| fetch(&ops, day).await).await;
        let kept = list.read().await.clone();
        let next = exercise::prices(&list, 5, async |day| fetch(&ops, day).await).await;
        (got, kept, next)
    });
    if let End::Stuck = run.end {
        return Err(Finding::mistake("rwlock-reentrant")
            .saw("one caller, alone with an old list, waited forever"));
    }
    let (got, kept, next) = run.done()?.0;
    // Days go by without a customer.
    let (day2, day5) = (of(2), of(5));
    let asked: Vec<String> = ops.log().into_iter().map(|event| event.label).collect();
    if let Some(day) = asked.iter().find(|day| !["2", "5"].contains(&day.as_str())) {
        return Err(Finding::unnamed("The list of another day was fetched").saw(
            format!(
                "callers came on day 2 and on day 5, and `fetch` was asked for day {day}"
            ),
        ));
    }
    if got == day2 && kept == day2 && next == day5 {
        return Ok(());
    }
    if kept == day2 && got != day2 {
        return Err(Finding::unnamed("The new list was kept, and the old one returned")
            .saw(format!(
                "a caller on day 2 fetched the list of that day, and got the list of day {}",
                got.day
            ))
            .because("what was read or cloned before the fetch is still what it was then."));
    }
    if got == day2 && kept == day2 {
        return Err(Finding::unnamed("The list was replaced only once").saw(format!(
            "the list of day 2 was there, and a caller on day 5 got {next:?}"
        )));
    }
    Err(Finding::unnamed("The old list was not replaced").saw(format!(
        "a caller on day 2 got {got:?}, and {kept:?} was kept for the next"
    )))
}

fn a_good_list_is_read_beside_other_readers() -> Verdict {
    let ops = Ops::new();
    let run = virtual_time(|| async {
        let list = RwLock::new(Prices { day: 1, coffee: 100 });
        let _other_reader = list.read().await;
        let mine = exercise::prices(&list, 1, async |day| fetch(&ops, day).await);
        timeout(Duration::from_secs(60), mine).await.ok()
    });
    let got = run.done()?.0;
    if ops.starts() > 0 {
        return Err(Finding::unnamed("A good list was fetched again")
            .saw("the list of day 1 was there on day 1, and was fetched"));
    }
    match got {
        None => Err(Finding::mistake("write-lock-to-read").saw(
            "the list was good, somebody else held a read guard, and the caller waited",
        )),
        Some(got) if got == of(1) => Ok(()),
        Some(got) => Err(Finding::unnamed("The list is wrong")
            .saw(format!("a caller on day 1 got {got:?}"))),
    }
}

fn nobody_reads_twice_at_a_time() -> Verdict {
    let ops = Ops::new();
    let run = virtual_time(|| async {
        let list = RwLock::new(Prices { day: 1, coffee: 100 });
        // A writer has the list, the caller comes, and after it another writer. So the caller
        // reads while that one waits, and who reads again comes after it.
        let first_writer = list.write().await;
        let mine = exercise::prices(&list, 1, async |day| fetch(&ops, day).await);
        let second_writer = async {
            settle().await;
            let second_writer = list.write();
            let let_go = async {
                settle().await;
                drop(first_writer);
            };
            tokio::join!(async { drop(second_writer.await) }, let_go);
        };
        tokio::join!(mine, second_writer).0
    });
    if let End::Stuck = run.end {
        return Err(Finding::mistake("rwlock-reentrant").saw(
            "the list was good, a writer waited for its turn, and the caller, which had read \
             the list, waited forever",
        ));
    }
    run.done().map(|_| ())
}

fn a_list_of_a_later_day_is_good() -> Verdict {
    let ops = Ops::new();
    let run = virtual_time(|| async {
        let list = RwLock::new(of(5));
        let got = exercise::prices(&list, 3, async |day| fetch(&ops, day).await).await;
        (got, list.read().await.day)
    });
    let (got, kept) = run.done()?.0;
    if ops.starts() == 0 && got == of(5) && kept == 5 {
        return Ok(());
    }
    let saw = format!(
        "the list of day 5 was there, and a caller came on day 3; lists that were fetched: {}, the \
         caller got the list of day {}, and that of day {kept} was kept",
        ops.starts(),
        got.day
    );
    Err(Finding::unnamed("A good list was fetched again").saw(saw))
}

/// Somebody else reads an old list, or writes, and the caller waits for its turn.
fn a_lock_that_is_busy_is_waited_for() -> Verdict {
    let busy_for = Duration::from_millis(500);
    for (writes, day) in [(false, 1), (true, 1), (true, 2)] {
        let ops = Ops::new();
        let list = RwLock::new(of(day));
        let run = virtual_time(|| async {
            let busy = async {
                match writes {
                    true => {
                        let _guard = list.write().await;
                        sleep(busy_for).await;
                    }
                    false => {
                        let _guard = list.read().await;
                        sleep(busy_for).await;
                    }
                }
            };
            let mine = async {
                settle().await;
                exercise::prices(&list, 2, async |day| fetch(&ops, day).await).await
            };
            tokio::join!(busy, mine).1
        });
        let (got, _) = run.done()?;
        let kept = list.try_read().map(|list| list.clone()).ok();
        if got == of(2) && kept == Some(of(2)) && ops.starts() == usize::from(day == 1) {
            continue;
        }
        let saw = format!(
            "somebody else had a {} guard for a moment; a caller on day 2 got the list of day {}, that of day \
             {} was kept, and lists that were fetched: {}",
            if writes { "write" } else { "read" },
            got.day,
            or(kept.map(|list| list.day), "unknown"),
            ops.starts()
        );
        return Err(Finding::mistake("busy-lock-given-up").saw(saw));
    }
    Ok(())
}

/// Whoever comes first, each gets a list that is good for its day, and the newest is kept.
fn callers_of_two_days_get_a_list_each() -> Verdict {
    for days in [[2, 3], [3, 2]] {
        let ops = Ops::new();
        let list = RwLock::new(of(1));
        let run = virtual_time(|| async {
            // Both see the old list before either of them can write.
            let writer = list.write().await;
            let mine = |today| {
                exercise::prices(&list, today, async |day| fetch(&ops, day).await)
            };
            let let_go = async {
                settle().await;
                drop(writer);
            };
            tokio::join!(mine(days[0]), mine(days[1]), let_go)
        });
        let (first, second, ()) = run.done()?.0;
        let kept = list.try_read().map(|list| list.clone()).ok();
        let saw = format!(
            "callers on day {} and on day {} found the list of day 1; they got the lists of day {} and of \
             day {}, and that of day {} was kept",
            days[0],
            days[1],
            first.day,
            second.day,
            or(kept.as_ref().map(|list| list.day), "unknown")
        );
        let because = "between a look and the next guard others may have put a list there: of the caller's \
             day, an older, or a newer one.";
        let mut got = [(days[0], &first), (days[1], &second)].into_iter();
        if got.any(|(day, got)| got.day < day) {
            return Err(Finding::unnamed("Some callers got the old list")
                .saw(saw)
                .because(because));
        }
        if kept != Some(of(3)) {
            return Err(Finding::unnamed("A list was replaced by an older one")
                .saw(saw)
                .because(because));
        }
        if [&first, &second].into_iter().any(|list| *list != of(list.day)) {
            return Err(Finding::unnamed("The list is wrong").saw(saw));
        }
    }
    Ok(())
}

/// The next one finds things as they were before it came.
fn a_caller_may_give_up_while_it_fetches() -> Verdict {
    let ops = Ops::new();
    let list = RwLock::new(of(1));
    let run = virtual_time(|| async {
        let mine = || exercise::prices(&list, 2, async |day| fetch(&ops, day).await);
        let given_up = timeout(Duration::from_millis(50), mine()).await.is_err();
        let others = async { tokio::join!(mine(), mine()) };
        (given_up, timeout(Duration::from_secs(1000), others).await.ok())
    });
    let saw = "a caller gave up in the middle of a fetch, and two others came";
    match run.done()?.0 {
        (true, Some((first, second))) if first == of(2) && second == of(2) => Ok(()),
        (true, None) => Err(Finding::mistake("taken-then-awaited")
            .saw(format!("{saw}; 1000 s later they were still waiting"))),
        (true, Some((first, second))) => Err(Finding::mistake("taken-then-awaited")
            .saw(format!("{saw}, on day 2; they got {first:?} and {second:?}"))),
        (false, _) => Err(Finding::unnamed("A caller did not wait for the fetch").saw(
            "the fetch takes 100 ms, and a caller with an old list returned before",
        )),
    }
}

fn ten_callers_fetch_a_new_list_once() -> Verdict {
    let ops = Ops::new();
    let list = Rc::new(RwLock::new(Prices { day: 1, coffee: 100 }));
    let run = virtual_time(|| async {
        let tasks = LocalSet::new();
        let mut running = JoinSet::new();
        // All of them come while somebody writes. So they wait as readers side by side, and
        // each sees the old list before any of them can write.
        let writer = list.write().await;
        for _ in 0..10 {
            let (list, ops) = (list.clone(), ops.clone());
            let prices = async move {
                exercise::prices(&list, 2, async |day| fetch(&ops, day).await).await
            };
            running.spawn_local_on(prices, &tasks);
        }
        let all = async {
            settle().await;
            drop(writer);
            running.join_all().await
        };
        tasks.run_until(all).await
    });
    if let End::Stuck = run.end {
        return Err(Finding::mistake("rwlock-reentrant").saw(
            "one caller with an old list came through, and ten at once waited forever",
        ));
    }
    let (got, _) = run.done()?;
    if ops.starts() > 1 {
        return Err(Finding::mistake("check-then-act").saw(format!(
            "10 callers found the old list at the same time, and the new one was fetched {} times",
            ops.starts()
        )));
    }
    let old = got.iter().filter(|prices| prices.day < 2).count();
    if old > 0 {
        return Err(Finding::unnamed("Some callers got the old list")
            .saw(format!("{old} of 10 callers on day 2 got the list of day 1")));
    }
    match got.iter().find(|prices| **prices != of(2)) {
        None => Ok(()),
        Some(half) => Err(Finding::unnamed("A caller got a list that nobody fetched")
            .saw(format!(
                "the list of day 2 is {:?}, and one of 10 callers got {half:?}",
                of(2)
            ))),
    }
}

/// The list of a day.
fn of(day: u32) -> Prices {
    Prices { day, coffee: 80 + 20 * day }
}

/// Takes 100 ms.
async fn fetch(ops: &Ops, day: u32) -> Prices {
    ops.run(day.to_string(), sleep(Duration::from_millis(100))).await;
    of(day)
}
