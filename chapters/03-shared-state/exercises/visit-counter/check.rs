//! Holds one visit in the journal and looks at the lock, then lets ten visits in at once.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/03-shared-state/visit-counter/solution.rs"
)]
mod exercise;

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use exercise::Visits;
use probe::{Finding, Gate, Ops, Verdict, if_it_hangs, settle, virtual_time};
use tokio::task::{JoinSet, LocalSet};
use tokio::time::sleep;

probe::main!(
    "03-visit-counter",
    [
        the_lock_is_free_while_the_journal_writes,
        ten_visits_at_once_count_ten,
        a_second_page_has_a_count_of_its_own,
    ]
);

fn the_lock_is_free_while_the_journal_writes() -> Verdict {
    let run = virtual_time(|| async {
        let visits = Visits::default();
        [look_inside_a_visit(&visits).await, look_inside_a_visit(&visits).await]
    });
    match run.done()?.0 {
        [(0, _, _), _] | [_, (0, _, _)] => {
            Err(Finding::unnamed("A visit is missing from the journal")
                .saw("during a visit, nothing waited in the journal"))
        }
        [(_, false, _), _] => Err(Finding::mistake("guard-across-await")
            .saw("while the journal wrote one visit down, the lock was not free")),
        // A guard with a name is in the way from the first visit on.
        [_, (_, false, _)] => Err(Finding::mistake("scrutinee-guard").saw(
            "during the first visit to a page the lock was free while the journal wrote; \
             during the second, which found the page in the map, it was not",
        )),
        [(.., 1), (.., 2)] => Ok(()),
        [(.., first), (.., second)] => {
            Err(Finding::unnamed("The first visits have the wrong numbers")
                .saw(format!("two visits, one after the other: {first}, then {second}")))
        }
    }
}

/// How many wait in the journal, whether the lock is free then, and the visit's number.
async fn look_inside_a_visit(visits: &Visits) -> (usize, bool, u64) {
    let gate = Gate::new();
    let look = async {
        settle().await;
        let seen = (gate.waiting(), visits.try_lock().is_ok());
        gate.open();
        seen
    };
    let (number, (waiting, free)) =
        tokio::join!(exercise::visit(visits, "home", |_| gate.pass()), look);
    (waiting, free, number)
}

fn ten_visits_at_once_count_ten() -> Verdict {
    if_it_hangs("guard-across-await");
    let (visits, ops) = (Rc::new(Visits::default()), Ops::new());
    let written = Rc::<RefCell<Vec<u64>>>::default();
    let run = virtual_time(|| async {
        let tasks = LocalSet::new();
        let mut running = JoinSet::new();
        for _ in 0..10 {
            let (visits, ops, written) = (visits.clone(), ops.clone(), written.clone());
            let visit = async move {
                let journal = async |number| {
                    ops.run("journal", sleep(Duration::from_millis(100))).await;
                    written.borrow_mut().push(number);
                };
                exercise::visit(&visits, "home", journal).await
            };
            running.spawn_local_on(visit, &tasks);
        }
        tasks.run_until(running.join_all()).await
    });
    let (mut numbers, stats) = run.done()?;
    let total = visits.lock().unwrap().get("home").copied().unwrap_or(0);
    let mut written = written.borrow().clone();
    numbers.sort();
    written.sort();
    let mut distinct = numbers.clone();
    distinct.dedup();

    if ops.starts() == 10 && (distinct.len() < 10 || total < 10) {
        return Err(Finding::mistake("check-then-act").saw(format!(
            "10 visits at once returned {} different numbers, and the count is {total}",
            distinct.len()
        )));
    }
    if total != 10 || !numbers.iter().copied().eq(1..=10) {
        return Err(Finding::unnamed("The numbers of the visits are wrong")
            .saw(format!("10 visits returned {numbers:?}, and the count is {total}")));
    }
    if written != numbers {
        return Err(Finding::unnamed("The journal does not have the visits' numbers")
            .saw(format!(
                "the visits returned {numbers:?}, the journal has {written:?}"
            )));
    }
    if ops.peak() == 1 {
        return Err(Finding::mistake("tokio-mutex-always").saw(format!(
            "10 visits took {} ms, and one line of the journal takes 100 ms",
            stats.elapsed.as_millis()
        )));
    }
    Ok(())
}

fn a_second_page_has_a_count_of_its_own() -> Verdict {
    if_it_hangs("guard-across-await");
    let visits = Visits::default();
    let run = virtual_time(|| async {
        let journal = |_| settle();
        let first = exercise::visit(&visits, "home", journal).await;
        let second = exercise::visit(&visits, "home", journal).await;
        let other = exercise::visit(&visits, "about", journal).await;
        (first, second, other)
    });
    match run.done()?.0 {
        (1, 2, 1) => Ok(()),
        numbers => Err(Finding::unnamed("Pages share a count, or lose it")
            .saw(format!("home, home and about returned {numbers:?} and not (1, 2, 1)"))),
    }
}
