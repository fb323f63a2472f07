//! Asks for a list that is old, alone and ten times at once, and for one that is good while
//! somebody else reads it, or waits to write.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/03-shared-state/read-mostly/solution.rs"
)]
mod exercise;

use std::rc::Rc;
use std::time::Duration;

use exercise::Prices;
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
        ten_callers_fetch_a_new_list_once,
    ]
);

fn an_old_list_is_replaced() -> Verdict {
    let ops = Ops::new();
    let run = virtual_time(|| async {
        let list = RwLock::new(Prices { day: 1, coffee: 100 });
        let got = exercise::prices(&list, 2, async |day| fetch(&ops, day).await).await;
        let kept = list.read().await.clone();
        let next = exercise::prices(&list, 3, async |day| fetch(&ops, day).await).await;
        (got, kept, next)
    });
    if let End::Stuck = run.end {
        return Err(Finding::mistake("rwlock-reentrant")
            .saw("one caller, alone with an old list, waited forever"));
    }
    let (day2, day3) = (Prices { day: 2, coffee: 120 }, Prices { day: 3, coffee: 140 });
    match run.done()?.0 {
        (got, kept, next) if got == day2 && kept == day2 && next == day3 => Ok(()),
        (got, kept, next) if got == day2 && kept == day2 => Err(Finding::unnamed(
            "The list was replaced only once",
        )
        .saw(format!("the list of day 2 was there, and a caller on day 3 got {next:?}"))),
        (got, kept, _) => Err(Finding::unnamed("The old list was not replaced").saw(
            format!("a caller on day 2 got {got:?}, and {kept:?} was kept for the next"),
        )),
    }
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
        Some(Prices { day: 1, coffee: 100 }) => Ok(()),
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
    match got.iter().filter(|prices| prices.day == 2).count() {
        10 => Ok(()),
        new => Err(Finding::unnamed("Some callers got the old list")
            .saw(format!("{new} of 10 callers on day 2 got the list of day 2"))),
    }
}

/// Takes 100 ms.
async fn fetch(ops: &Ops, day: u32) -> Prices {
    ops.run("fetch", sleep(Duration::from_millis(100))).await;
    Prices { day, coffee: 80 + 20 * day }
}
