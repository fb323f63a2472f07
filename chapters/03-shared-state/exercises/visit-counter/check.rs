//! Holds one visit in the journal and looks at the lock, then lets many visits in at once, and
//! then visits on many threads.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/03-shared-state/visit-counter/solution.rs"
)]
mod exercise;

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::rc::Rc;
use std::time::Duration;

use exercise::Visits;
use probe::threads::{self, THREADS};
use probe::words::times;
use probe::{Finding, Gate, Ops, Verdict, if_it_hangs, settle, virtual_time};
use tokio::task::{JoinSet, LocalSet};
use tokio::time::sleep;

probe::main!(
    "03-visit-counter",
    [
        the_lock_is_free_while_the_journal_writes,
        the_journal_takes_its_time,
        visits_at_once_are_all_counted,
        a_visit_waits_for_a_busy_lock,
        visits_on_many_threads_count_them_all,
        every_page_has_a_count_of_its_own,
        a_count_goes_on_from_what_is_there,
    ]
);

fn the_lock_is_free_while_the_journal_writes() -> Verdict {
    let visits = Visits::default();
    // Nobody else has the lock: who does not even get to the journal waits for itself.
    if_it_hangs(
        Finding::mistake("locked-twice")
            .saw("one visit, alone, blocked its thread before it came to the journal"),
    );
    let (waiting, free, first, wrote) = look_inside_a_visit(&visits)?;
    if waiting == 0 {
        return Err(not_in_the_journal(wrote.len()));
    }
    if !free {
        return Err(Finding::mistake("guard-across-await")
            .saw("while the journal wrote one visit down, the lock was not free"));
    }
    if (first, wrote.as_slice()) != (1, &[1]) {
        return Err(Finding::unnamed("The first visit has the wrong number").saw(
            format!("the first visit returned {first}, and the journal got {wrote:?}"),
        ));
    }
    if_it_hangs(Finding::mistake("locked-twice").saw(
        "the second visit to a page blocked its thread before it came to the journal",
    ));
    let (waiting, free, second, wrote) = look_inside_a_visit(&visits)?;
    if waiting == 0 {
        return Err(not_in_the_journal(wrote.len()));
    }
    // A guard with a name is in the way from the first visit on, as a rule.
    if !free {
        return Err(Finding::mistake("scrutinee-guard").saw(
            "during the first visit to a page the lock was free while the journal wrote; \
             during the second, which found the page in the map, it was not",
        ));
    }
    if (second, wrote.as_slice()) != (2, &[2]) {
        return Err(Finding::unnamed("The second visit has the wrong number").saw(
            format!("the second visit returned {second}, and the journal got {wrote:?}"),
        ));
    }
    Ok(())
}

fn not_in_the_journal(calls: usize) -> Finding {
    match calls {
        0 => Finding::unnamed("A visit is missing from the journal")
            .saw("one visit, and `journal` was not called"),
        calls => Finding::mistake("lazy-future").saw(format!(
            "one visit called `journal` {}, and what that returned was not awaited",
            times(calls)
        )),
    }
}

/// How many wait in the journal, whether the lock is free then, the visit's number, and what
/// the journal got.
fn look_inside_a_visit(visits: &Visits) -> Result<(usize, bool, u64, Vec<u64>), Finding> {
    let wrote = RefCell::new(Vec::new());
    let run = virtual_time(|| async {
        let gate = Gate::new();
        let look = async {
            // Whatever the visit does before, it may take its time.
            for _ in 0..1000 {
                settle().await;
                if gate.waiting() > 0 {
                    break;
                }
            }
            let seen = (gate.waiting(), visits.try_lock().is_ok());
            // A guard with a name is there to be used again, and not to be asked for again.
            if_it_hangs(match seen.1 {
                false => Finding::mistake("scrutinee-guard").saw(
                    "while the journal wrote, the lock was not free; after it the visit \
                     asked for the lock again, and waits for itself",
                ),
                true => Finding::mistake("hung"),
            });
            gate.open();
            seen
        };
        // The call is noted here, and what it returns does nothing before it is polled.
        let journal = |number| {
            wrote.borrow_mut().push(number);
            gate.pass()
        };
        tokio::join!(exercise::visit(visits, "home", journal), look)
    });
    let (number, (waiting, free)) = run.done()?.0;
    Ok((waiting, free, number, wrote.into_inner()))
}

/// A line that is broken off is not in the journal.
fn the_journal_takes_its_time() -> Verdict {
    if_it_hangs("guard-across-await");
    let (visits, ops) = (Visits::default(), Ops::new());
    let journal = |_| ops.run("journal", sleep(Duration::from_secs(3000)));
    virtual_time(|| exercise::visit(&visits, "home", journal)).done()?;
    match (ops.ends(), ops.drops()) {
        (1, 0) => Ok(()),
        (ends, drops) => Err(Finding::mistake("select-keeps-progress").saw(format!(
            "the journal takes 3000 s for a line; lines of one visit that it wrote to the end: {ends}, \
             that were dropped before: {drops}"
        ))),
    }
}

/// Who tries to get the lock and does not get it has counted nothing.
fn a_visit_waits_for_a_busy_lock() -> Verdict {
    if_it_hangs("hung");
    let (visits, wrote) = (Visits::default(), Cell::new(0));
    let hold = |held: &dyn Fn()| {
        let _guard = visits.lock();
        held();
    };
    let journal = async |_| wrote.set(wrote.get() + 1);
    let visit = || threads::runtime().block_on(exercise::visit(&visits, "home", journal));
    let (number, early) = threads::while_busy(hold, visit);
    let count = visits.lock().unwrap().get("home").copied().unwrap_or(0);
    match (early, number, count, wrote.get()) {
        (false, 1, 1, 1) => Ok(()),
        (early, number, count, wrote) => {
            let finding = match early || count == 0 {
                true => Finding::mistake("busy-lock-given-up"),
                false => Finding::unnamed("The numbers of the visits are wrong"),
            };
            Err(finding.saw(format!(
                "a visit came while another thread had the lock for a moment; it returned \
                 {number}, the journal was called {}, and the count was {count} after it",
                times(wrote)
            )))
        }
    }
}

/// More than any limit that one might set.
const MANY: u64 = 100;

fn visits_at_once_are_all_counted() -> Verdict {
    if_it_hangs("guard-across-await");
    let (visits, ops) = (Rc::new(Visits::default()), Ops::new());
    let written = Rc::<RefCell<Vec<u64>>>::default();
    let run = virtual_time(|| async {
        let tasks = LocalSet::new();
        let mut running = JoinSet::new();
        for _ in 0..MANY {
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
    let all = |seen: &[u64]| seen.iter().copied().eq(1..=MANY);
    let different = |seen: &[u64]| seen.iter().collect::<HashSet<_>>().len();

    if written.len() < MANY as usize {
        return Err(Finding::unnamed("A visit is missing from the journal").saw(
            format!(
                "{MANY} visits at once, and the journal got {} numbers",
                written.len()
            ),
        ));
    }
    if total == MANY && all(&written) && !all(&numbers) {
        return Err(Finding::mistake("looked-again-later").saw(format!(
            "{MANY} visits at once, with {MANY} numbers in the journal, returned {} different numbers, up \
             to {}",
            different(&numbers),
            numbers.last().copied().unwrap_or_default()
        )));
    }
    // One visit alone writes its number once: a number that is there twice was seen by two.
    if different(&written) < written.len()
        || different(&numbers) < MANY as usize
        || total < MANY
    {
        return Err(Finding::mistake("check-then-act").saw(format!(
            "{MANY} visits at once: the journal got {} numbers, {} of them different, and the count \
             is {total}",
            written.len(),
            different(&written)
        )));
    }
    if total != MANY || !all(&numbers) || !all(&written) {
        return Err(Finding::unnamed("The numbers of the visits are wrong").saw(format!(
            "{MANY} visits returned {numbers:?}, the journal has {written:?}, and the count is \
             {total}"
        )));
    }
    let saw = format!(
        "{MANY} visits took {} ms, one line of the journal takes 100 ms, and {} waited there at \
         a time",
        stats.elapsed.as_millis(),
        ops.peak()
    );
    match ops.peak() as u64 {
        MANY => Ok(()),
        1 => Err(Finding::mistake("tokio-mutex-always").saw(saw)),
        _ => Err(Finding::unnamed("Some visits wait for the journal of others").saw(saw)),
    }
}

/// A server's visits come on several threads, and there something may come between any two
/// lines. Who looks and acts under one guard loses nothing, however often it is tried.
fn visits_on_many_threads_count_them_all() -> Verdict {
    // So many that the threads are at it together: each for longer than it takes to wake the others.
    const VISITS: usize = 20_000;
    if_it_hangs("hung");
    let visits = Visits::default();
    let (all, mut made) = ((THREADS * VISITS) as u64, 0);
    for _ in threads::rounds().take(3) {
        let hold = |go: &dyn Fn()| {
            let _guard = visits.lock().unwrap();
            go();
        };
        let threads = threads::together(hold, |_, runtime| {
            runtime.block_on(async {
                let (mut numbers, written) = (Vec::new(), RefCell::new(Vec::new()));
                let journal = async |number| written.borrow_mut().push(number);
                for _ in 0..VISITS {
                    numbers.push(exercise::visit(&visits, "home", journal).await);
                }
                [numbers, written.into_inner()]
            })
        });
        let right = made + 1..=made + all;
        made += all;
        let total = visits.lock().unwrap().get("home").copied().unwrap_or(0);
        for (i, what) in ["returned", "wrote into the journal"].into_iter().enumerate() {
            let seen: Vec<u64> =
                threads.iter().flat_map(|thread| &thread[i]).copied().collect();
            let different = seen.iter().collect::<HashSet<_>>().len() as u64;
            if total == made && different == all {
                continue;
            }
            // Who looks too early gets a number that is too small, and who looks too late one
            // that is too large.
            let late = total == made && seen.iter().sum::<u64>() > right.clone().sum();
            let id = if late { "looked-again-later" } else { "check-then-act" };
            return Err(Finding::mistake(id).saw(format!(
                "{all} visits on {THREADS} threads at once {what} {different} different numbers; \
                 after {made} visits the count is {total}"
            )));
        }
    }
    Ok(())
}

fn every_page_has_a_count_of_its_own() -> Verdict {
    if_it_hangs("guard-across-await");
    let pages = ["home", "about", "Home", "", "home ", "home/", "about"];
    let visits = Visits::default();
    let run = virtual_time(|| async {
        let mut numbers = Vec::new();
        for page in pages.into_iter().chain(pages) {
            numbers.push(exercise::visit(&visits, page, |_| settle()).await);
        }
        numbers
    });
    let numbers = run.done()?.0;
    let expected = [1, 1, 1, 1, 1, 1, 2, 2, 3, 2, 2, 2, 2, 4];
    if numbers != expected {
        return Err(Finding::unnamed("Pages share a count, or lose it").saw(format!(
            "{pages:?} were visited twice in this order; the visits returned {numbers:?} and not {expected:?}"
        )));
    }
    let mut counts: Vec<_> = visits.lock().unwrap().clone().into_iter().collect();
    counts.sort();
    let kept =
        [("", 2), ("Home", 2), ("about", 4), ("home", 2), ("home ", 2), ("home/", 2)];
    match counts.iter().map(|(page, count)| (page.as_str(), *count)).eq(kept) {
        true => Ok(()),
        false => Err(Finding::unnamed("Pages share a count, or lose it")
            .saw(format!("after visits to {kept:?}, the map has {counts:?}"))),
    }
}

/// The count is in the map, and nowhere else.
fn a_count_goes_on_from_what_is_there() -> Verdict {
    if_it_hangs("guard-across-await");
    let visits = Visits::new([("home".to_owned(), 41)].into());
    let number =
        virtual_time(|| exercise::visit(&visits, "home", |_| settle())).done()?.0;
    let count = visits.lock().unwrap().get("home").copied().unwrap_or(0);
    match (number, count) {
        (42, 42) => Ok(()),
        _ => Err(Finding::unnamed("The count was not gone on with").saw(format!(
            "the map had 41 visits of a page; the next returned {number}, and the map has {count}"
        ))),
    }
}
