//! "An async mutex is slower": four kinds of mutex around a counter, and 1 to 8 tasks.
//!
//! ```console
//! $ cargo run --release --example claim-mutex-measured
//! $ cargo run --release --example claim-mutex-measured -- quick
//! ```
//!
//! The lock is held for an increment, or for 10 µs of work. Tasks do nothing between two
//! locks, which no server does: this is the worst case.

use std::fmt;
use std::hint::black_box;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anyhow::Result;
use claims::{Effort, Panel, Plot, Spread, Table, interleaved, time};
use tokio::task::{JoinSet, yield_now};

const TASKS: [usize; 4] = [1, 2, 4, 8];
const SHARDS: usize = 16;
const WORK: Duration = Duration::from_micros(10);

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Std,
    ParkingLot,
    Tokio,
    Sharded,
}

const KINDS: [Kind; 4] = [Kind::Std, Kind::ParkingLot, Kind::Tokio, Kind::Sharded];

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Std => "std",
            Kind::ParkingLot => "parking_lot",
            Kind::Tokio => "tokio",
            Kind::Sharded => "16 std, sharded",
        })
    }
}

/// A kind of mutex, so many tasks, and whether they hold it for long.
#[derive(Clone, Copy, PartialEq)]
struct Case(Kind, usize, bool);

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {} tasks", self.0, self.1)
    }
}

/// Alone in its cache lines: shards side by side would still be in each other's way.
#[derive(Default)]
#[repr(align(128))]
struct Shard(Mutex<u64>);

fn main() -> Result<()> {
    let effort = Effort::from_args();
    let mut cases = Vec::new();
    for long in [false, true] {
        for tasks in TASKS {
            cases.extend(KINDS.map(|kind| Case(kind, tasks, long)));
        }
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().build()?;
    let trials = interleaved(effort.rounds(), &cases, |&Case(kind, tasks, long)| {
        let locks =
            if long { effort.pick(4000, 40) } else { effort.pick(1_000_000, 800) };
        let took = runtime.block_on(run(kind, tasks, locks, long))?;
        Ok(took.as_nanos() as f64 / locks as f64)
    })?;
    let spread = |case: Case| {
        let at = cases.iter().position(|one| *one == case).expect("it is measured");
        Spread::of(&trials[at], |took| *took)
    };

    println!("{} rounds; ± is how far the farthest was from the median", effort.rounds());
    println!("{} worker threads\n", runtime.metrics().num_workers());
    let mut plot =
        Plot::new("Tokio's mutex costs more, unless the lock is held for long");
    for long in [false, true] {
        let held = if long { "10 µs" } else { "an increment" };
        println!("the lock is held for {held}; time a lock");
        let names =
            TASKS.map(|tasks| format!("{tasks} tasks").replace("1 tasks", "1 task"));
        let mut table = Table::new(["", &names[0], &names[1], &names[2], &names[3]]);
        for kind in KINDS {
            let cells = TASKS.map(|tasks| spread(Case(kind, tasks, long)).show(time));
            table.row([kind.to_string()].into_iter().chain(cells));
        }
        table.print();
        let mut panel = Panel::new(&format!("time a lock, held for {held}"), time);
        for (tasks, name) in TASKS.into_iter().zip(&names) {
            if long && tasks == 2 || tasks == 4 {
                continue;
            }
            panel.group(name);
            for kind in KINDS {
                panel.case(&kind.to_string(), spread(Case(kind, tasks, long)));
            }
        }
        plot = plot.panel(panel);
    }
    plot.write()
}

/// How long so many tasks take to lock so often, all together.
async fn run(kind: Kind, tasks: usize, locks: usize, long: bool) -> Result<Duration> {
    let change = move |counter: &mut u64| {
        *counter = black_box(*counter + 1);
        if long {
            let begin = Instant::now();
            while begin.elapsed() < WORK {}
        }
    };
    let each = locks / tasks;
    let mut running = JoinSet::new();
    let begin = Instant::now();
    match kind {
        Kind::Std => {
            let counter = Arc::new(Mutex::new(0));
            for _ in 0..tasks {
                let counter = counter.clone();
                running.spawn(async move {
                    // Lets the others be spawned and taken up first.
                    yield_now().await;
                    for _ in 0..each {
                        change(&mut counter.lock().expect("nobody panics"));
                    }
                });
            }
        }
        Kind::ParkingLot => {
            let counter = Arc::new(parking_lot::Mutex::new(0));
            for _ in 0..tasks {
                let counter = counter.clone();
                running.spawn(async move {
                    yield_now().await;
                    for _ in 0..each {
                        change(&mut counter.lock());
                    }
                });
            }
        }
        Kind::Tokio => {
            let counter = Arc::new(tokio::sync::Mutex::new(0));
            for _ in 0..tasks {
                let counter = counter.clone();
                running.spawn(async move {
                    yield_now().await;
                    for _ in 0..each {
                        change(&mut *counter.lock().await);
                    }
                });
            }
        }
        Kind::Sharded => {
            let shards: Arc<[Shard; SHARDS]> = Arc::default();
            for task in 0..tasks {
                let shards = shards.clone();
                running.spawn(async move {
                    yield_now().await;
                    for nth in 0..each {
                        // As keys would: each task goes through the shards in its own order.
                        let shard = &shards[(nth * 7 + task * 5) % SHARDS];
                        change(&mut shard.0.lock().expect("nobody panics"));
                    }
                });
            }
        }
    }
    while let Some(ended) = running.join_next().await {
        ended?;
    }
    Ok(begin.elapsed())
}
