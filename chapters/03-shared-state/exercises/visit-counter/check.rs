//! Holds one visit in the journal and looks at the lock, then lets ten visits in at once, and
//! then visits on many threads.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/03-shared-state/visit-counter/solution.rs"
)]
mod exercise;

use std::cell::RefCell;
use std::collections::HashSet;
use std::panic::resume_unwind;
use std::rc::Rc;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use exercise::Visits;
use probe::{Finding, Gate, Ops, Verdict, if_it_hangs, settle, virtual_time};
use tokio::runtime::{Builder, Runtime};
use tokio::task::{JoinSet, LocalSet};
use tokio::time::sleep;

probe::main!(
    "03-visit-counter",
    [
        the_lock_is_free_while_the_journal_writes,
        ten_visits_at_once_count_ten,
        visits_on_many_threads_count_them_all,
        a_second_page_has_a_count_of_its_own,
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
        return Err(not_in_the_journal());
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
        return Err(not_in_the_journal());
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

fn not_in_the_journal() -> Finding {
    Finding::unnamed("A visit is missing from the journal")
        .saw("during a visit, nothing waited in the journal")
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
        let journal = async |number| {
            wrote.borrow_mut().push(number);
            gate.pass().await;
        };
        tokio::join!(exercise::visit(visits, "home", journal), look)
    });
    let (number, (waiting, free)) = run.done()?.0;
    Ok((waiting, free, number, wrote.into_inner()))
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
    let all = |seen: &[u64]| seen.iter().copied().eq(1..=10);
    let different = |seen: &[u64]| {
        let mut seen = seen.to_vec();
        seen.dedup();
        seen.len()
    };

    if written.len() < 10 {
        return Err(Finding::unnamed("A visit is missing from the journal").saw(
            format!("10 visits at once, and the journal has the numbers {written:?}"),
        ));
    }
    if total == 10 && all(&written) && !all(&numbers) {
        return Err(Finding::mistake("looked-again-later")
            .saw(format!("10 visits at once returned {numbers:?}")));
    }
    // One visit alone writes its number once: a number that is there twice was seen by two.
    if different(&written) < written.len() || different(&numbers) < 10 || total < 10 {
        return Err(Finding::mistake("check-then-act").saw(format!(
            "10 visits at once: the journal got {} numbers, {} of them different, and the count is \
             {total}",
            written.len(),
            different(&written)
        )));
    }
    if total != 10 || !all(&numbers) || !all(&written) {
        return Err(Finding::unnamed("The numbers of the visits are wrong").saw(format!(
            "10 visits returned {numbers:?}, the journal has {written:?}, and the count is \
             {total}"
        )));
    }
    let saw = format!(
        "10 visits took {} ms, one line of the journal takes 100 ms, and {} waited there at \
         a time",
        stats.elapsed.as_millis(),
        ops.peak()
    );
    match ops.peak() {
        10 => Ok(()),
        1 => Err(Finding::mistake("tokio-mutex-always").saw(saw)),
        _ => Err(Finding::unnamed("Some visits wait for the journal of others").saw(saw)),
    }
}

/// A server's visits come on several threads, and there something may come between any two
/// lines. Who looks and acts under one guard loses nothing, however often it is tried.
fn visits_on_many_threads_count_them_all() -> Verdict {
    const VISITS: usize = 100;
    if_it_hangs("hung");
    let (visits, start, began) =
        (Visits::default(), Barrier::new(THREADS + 1), Instant::now());
    let visit = || {
        let runtime = runtime();
        start.wait();
        runtime.block_on(async {
            let (mut numbers, written) = (Vec::new(), RefCell::new(Vec::new()));
            let journal = async |number| written.borrow_mut().push(number);
            for _ in 0..VISITS {
                numbers.push(exercise::visit(&visits, "home", journal).await);
            }
            [numbers, written.into_inner()]
        })
    };
    let (all, mut made) = ((THREADS * VISITS) as u64, 0);
    for _ in (0..ROUNDS).take_while(|_| began.elapsed() < ENOUGH) {
        let threads = thread::scope(|scope| {
            let threads = [(); THREADS].map(|()| scope.spawn(visit));
            let guard = visits.lock().unwrap();
            start.wait();
            thread::sleep(HELD);
            drop(guard);
            threads
                .map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)))
        });
        let right = made + 1..=made + all;
        made += all;
        let total = visits.lock().unwrap().get("home").copied().unwrap_or(0);
        for (i, what) in ["returned", "wrote into the journal"].into_iter().enumerate() {
            let seen = threads.each_ref().map(|thread| &thread[i][..]).concat();
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

/// More threads than cores, and more rounds than one: they have to get in each other's way on a
/// busy machine too.
const THREADS: usize = 8;
const ROUNDS: usize = 200;

/// How long the check keeps the lock at the beginning of a round, so that all threads come to
/// wait for it. From then on, whoever lets go of it wakes another one.
const HELD: Duration = Duration::from_millis(1);

/// The most time for one case to try its luck. The less it can try, the more luck a wrong answer
/// has; a right one needs none.
const ENOUGH: Duration = Duration::from_secs(3);

/// A runtime for one of several threads. The clock of `virtual_time` would not wait for the
/// other thread.
fn runtime() -> Runtime {
    let mut builder = Builder::new_current_thread();
    builder.enable_time().start_paused(true).build().expect("a runtime can be built")
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
