//! The total of ten visits is right, and the ten visits run at the same time.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/02-spawning/count-the-tasks/solution.rs"
)]
mod exercise;

use std::future::Ready;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use probe::words::count;
use probe::{
    End, Finding, InVain, Ops, Picture, Stats, Verdict, What, threads, waits_in_vain,
};
use tokio::runtime::{Builder, Handle};
use tokio::time::sleep;

probe::main!(
    "02-count-the-tasks",
    [
        visits_that_end_at_different_times_are_all_counted,
        visits_that_end_together_are_all_counted,
        ten_visits_run_at_the_same_time,
        no_visits_are_no_commands,
        other_numbers_are_added_up_too,
        visits_on_several_threads_are_all_counted,
    ]
);

const VISITS: usize = 10;

/// What ten visits send together, of which visit `n` sends `n` commands.
const RIGHT: u64 = 55;

struct Seen {
    total: u64,
    ops: Ops,
    stats: Stats,
    /// The most tasks there were when a visit began, whether they had begun or not.
    alive: usize,
    /// Visits that had ended, and that had been dropped before, when `total` returned.
    ended: usize,
    dropped: usize,
}

/// Runs visits that need so many milliseconds each, or none; visit `n` sends `n` commands.
fn visits(times: impl IntoIterator<Item = u64>) -> Result<Seen, Finding> {
    probe::if_it_hangs("blocking-in-async");
    let (ops, alive) = (Ops::new(), Arc::new(AtomicUsize::new(0)));
    let visits = times.into_iter().zip(1..).map(|(millis, commands)| {
        let alive = alive.clone();
        ops.run(format!("visit {commands}"), async move {
            // One task more than those of the answer moves the clock.
            let tasks = Handle::current().metrics().num_alive_tasks();
            alive.fetch_max(tasks.saturating_sub(1), Relaxed);
            if millis > 0 {
                sleep(Duration::from_millis(millis)).await;
            }
            commands
        })
    });
    let visits: Vec<_> = visits.collect();
    let all = visits.len();
    let run = probe::virtual_time_with_pool(|| async {
        let total = exercise::total(visits).await;
        (total, ops.ends(), ops.drops())
    });
    if let End::Stuck = run.end
        && ops.ends() == all
    {
        let none = Vec::<Ready<u64>>::new();
        let without = probe::virtual_time(|| exercise::total(none)).end;
        let tasks = run.stats.alive_tasks;
        let seen = InVain { who: "`total`", job: "visit", jobs: all, tasks };
        return Err(waits_in_vain(seen, &without));
    }
    let ((total, ended, dropped), stats) = run.done()?;
    Ok(Seen { total, ops, stats, alive: alive.load(Relaxed), ended, dropped })
}

/// Whether some visits ran on threads of their own, where a clock that is paused moves slowly.
fn run_elsewhere(ops: &Ops) -> bool {
    let this = thread::current().id();
    ops.log().iter().any(|event| event.thread != this)
}

fn all_ended(seen: &Seen) -> Verdict {
    let (total, ended) = (seen.total, seen.ended);
    if ended == VISITS {
        return Ok(());
    }
    let saw =
        format!("{ended} of {VISITS} visits had ended when `total` returned {total}");
    Err(match seen.dropped {
        0 => Finding::mistake("spawn-and-return").saw(saw),
        n => Finding::unnamed("Visits were given up in the middle")
            .saw(format!("{saw}; {n} had been dropped before the end")),
    })
}

/// The finding for a total that is wrong although all visits have ended.
fn wrong(seen: &Seen, what: &str) -> Finding {
    let total = seen.total;
    let saw = format!(
        "{VISITS} visits ended{what} and sent {RIGHT} commands together, and the total is {total}"
    );
    if total == 0 {
        return Finding::mistake("copied-counter").saw(saw);
    }
    if Some(total) != sent_by_the_last(&seen.ops) {
        return Finding::unnamed("The total is wrong").saw(saw);
    }
    let saw = format!("{saw}, which is what the visit that ended last had sent");
    // Where each visit ends before the next begins, nothing comes between a look and an act.
    match visits([0; VISITS]) {
        Ok(Seen { total: RIGHT, .. }) => Finding::mistake("check-then-act").saw(saw).because(
            "each task read the count, waited for its visit, and then stored what it had read plus its own. \
             Read and add in one step, after the `.await`.",
        ),
        _ => Finding::unnamed("The visits overwrote each other's count")
            .saw(saw)
            .because("each number was stored in place of those before it, and not added to them"),
    }
}

/// How many commands the visit sent that ended last: its number.
fn sent_by_the_last(ops: &Ops) -> Option<u64> {
    let log = ops.log();
    let last = log.iter().rev().find(|event| event.what == What::Ended)?;
    last.label.strip_prefix("visit ")?.parse().ok()
}

fn visits_that_end_at_different_times_are_all_counted() -> Verdict {
    // A minute for the longest of them: nobody sleeps that long and hopes. On threads of their own, where a
    // virtual minute is long, less has to do.
    let unit = match visits([1; VISITS]) {
        Ok(seen) if run_elsewhere(&seen.ops) => 60,
        _ => 6_000,
    };
    let falling: Vec<u64> = (1..=VISITS as u64).rev().map(|n| unit * n).collect();
    for times in [falling.clone(), falling.into_iter().rev().collect()] {
        let seen = visits(times)?;
        all_ended(&seen)?;
        if seen.total != RIGHT {
            return Err(wrong(&seen, " one after another"));
        }
    }
    Ok(())
}

fn visits_that_end_together_are_all_counted() -> Verdict {
    // Those that end one after another have all been counted.
    for (millis, what) in [(100, " at the same moment"), (0, " at once")] {
        let seen = visits([millis; VISITS])?;
        all_ended(&seen)?;
        let total = seen.total;
        if total == RIGHT {
            continue;
        }
        let finding = wrong(&seen, what);
        return Err(match total {
            1..RIGHT => Finding::mistake("watch-is-a-queue")
                .saw(format!(
                    "{VISITS} visits ended{what} and sent {RIGHT} commands together, and the total is {total}; \
                     it is right when they end one after another"
                ))
                .because(
                    "of numbers that came together, only the last was there when somebody looked. A `watch` \
                     holds one value, and `Notify` one wake-up; an `mpsc` channel keeps them all.",
                ),
            _ => finding,
        });
    }
    Ok(())
}

fn ten_visits_run_at_the_same_time() -> Verdict {
    let Seen { ops, stats, alive, .. } = visits([100; VISITS])?;
    let (millis, peak, tasks) =
        (stats.elapsed.as_millis(), ops.peak(), ops.task_ids().len());
    let saw = format!(
        "{VISITS} visits of 100 ms took {millis} ms in {}, at most {peak} at a time",
        count(tasks, "task")
    );
    Err(match (peak, tasks) {
        // A little longer is fine: the end of the last visit may be noticed by a clock.
        (VISITS, _) if millis <= 110 || run_elsewhere(&ops) => return Ok(()),
        (VISITS, _) => Finding::unnamed("The total came later than the last visit").saw(saw),
        (1, 2..) if alive > 1 => Finding::mistake("tokio-mutex-always").saw(saw).because(
            "all tasks were there, and each waited for something that another one held during its visit",
        ),
        (1, 2..) => Finding::mistake("spawn-then-await").saw(saw).picture(three_visits()),
        (1, _) => Finding::mistake("await-in-sequence").saw(saw).picture(three_visits()),
        _ => Finding::unnamed("The visits did not all run at the same time").saw(saw),
    })
}

fn three_visits() -> Picture {
    probe::picture("total", "3 visits of 100 ms", |recorder| {
        let visit = |n| async move {
            sleep(Duration::from_millis(100)).await;
            n
        };
        let recorded = |n| recorder.wrap(format!("visit {n}"), visit(n));
        exercise::total((1..=3).map(recorded).collect())
    })
}

fn no_visits_are_no_commands() -> Verdict {
    let total = visits([])?.total;
    if total != 0 {
        return Err(Finding::unnamed("The total is wrong")
            .saw(format!("there were no visits, and the total is {total}")));
    }
    Ok(())
}

fn other_numbers_are_added_up_too() -> Verdict {
    let big = u64::from(u32::MAX) * 3;
    for numbers in [
        vec![7],
        vec![0, 0, 0],
        vec![3, 0, 4],
        vec![5, 5, 5, 5],
        vec![big, 1, big],
        vec![1; 1000],
    ] {
        let right: u64 = numbers.iter().sum();
        let visits: Vec<_> = numbers
            .iter()
            .map(|&number| async move {
                sleep(Duration::from_millis(number % 3)).await;
                number
            })
            .collect();
        let run = probe::virtual_time_with_pool(|| exercise::total(visits));
        let (total, _) = run.done()?;
        if total != right {
            let shown = match numbers.len() {
                0..9 => format!("{numbers:?}"),
                n => format!("{n} times 1"),
            };
            return Err(Finding::unnamed("The total is wrong").saw(format!(
                "the visits sent {shown} commands, {right} together, and the total is {total}"
            )));
        }
    }
    Ok(())
}

/// How many visits end on several threads, two of them now and then at the same moment.
const CROWD: u64 = 2_000;
const WORKERS: usize = 4;

fn visits_on_several_threads_are_all_counted() -> Verdict {
    let runtime =
        Builder::new_multi_thread().worker_threads(WORKERS).enable_all().build();
    let runtime = runtime.expect("a runtime can be built");
    for _ in threads::brief_rounds() {
        let meeting = Arc::new(threads::Meeting::new());
        let visit = |_| {
            let meeting = meeting.clone();
            async move {
                meeting.come();
                1
            }
        };
        let total = runtime.block_on(exercise::total((0..CROWD).map(visit).collect()));
        if total != CROWD {
            return Err(Finding::mistake("check-then-act").saw(format!(
                "{CROWD} visits sent 1 command each on {WORKERS} threads, and the total is {total}; on one thread \
                 it is right"
            )));
        }
    }
    runtime.shutdown_background();
    Ok(())
}
