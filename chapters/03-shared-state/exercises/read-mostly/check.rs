//! Asks for a list that is old, alone and ten times at once, and for one that is good while
//! somebody else reads it.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/03-shared-state/read-mostly/solution.rs"
)]
mod exercise;

use std::time::Duration;

use exercise::Prices;
use probe::{End, Finding, Ops, Verdict, virtual_time};
use tokio::sync::RwLock;
use tokio::task::{JoinSet, LocalSet};
use tokio::time::{sleep, timeout};

probe::main!(
    "03-read-mostly",
    [
        an_old_list_is_replaced,
        a_good_list_is_read_beside_other_readers,
        ten_callers_fetch_a_new_list_once,
    ]
);

fn an_old_list_is_replaced() -> Verdict {
    let ops = Ops::new();
    let run = virtual_time(|| async {
        let list = RwLock::new(Prices { day: 1, coffee: 100 });
        let got = exercise::prices(&list, 2, async |day| fetch(&ops, day).await).await;
        (got, list.into_inner())
    });
    if let End::Stuck = run.end {
        return Err(Finding::mistake("rwlock-reentrant")
            .saw("one caller, alone with an old list, waited for ever"));
    }
    let new = Prices { day: 2, coffee: 120 };
    match run.done()?.0 {
        (got, kept) if got == new && kept == new => Ok(()),
        (got, kept) => Err(Finding::unnamed("The old list was not replaced").saw(
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
    match run.done()?.0 {
        None => Err(Finding::mistake("write-lock-to-read").saw(
            "the list was good, somebody else held a read guard, and the caller waited",
        )),
        Some(_) if ops.starts() > 0 => {
            Err(Finding::unnamed("A good list was fetched again")
                .saw("the list of day 1 was there on day 1, and was fetched"))
        }
        Some(Prices { day: 1, coffee: 100 }) => Ok(()),
        Some(got) => Err(Finding::unnamed("The list is wrong")
            .saw(format!("a caller on day 1 got {got:?}"))),
    }
}

fn ten_callers_fetch_a_new_list_once() -> Verdict {
    let ops = Ops::new();
    let list = std::rc::Rc::new(RwLock::new(Prices { day: 1, coffee: 100 }));
    let run = virtual_time(|| async {
        let tasks = LocalSet::new();
        let mut running = JoinSet::new();
        for _ in 0..10 {
            let (list, ops) = (list.clone(), ops.clone());
            let prices = async move {
                exercise::prices(&list, 2, async |day| fetch(&ops, day).await).await
            };
            running.spawn_local_on(prices, &tasks);
        }
        tasks.run_until(running.join_all()).await
    });
    if let End::Stuck = run.end {
        return Err(Finding::mistake("rwlock-reentrant")
            .saw("ten callers with an old list waited for ever"));
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
