//! What a recorded poll costs beside a bare one.
//!
//! ```console
//! $ cargo run --release --example timeline-cost-measured
//! ```
//!
//! A task that gives way 20,000 times, on a current-thread runtime with the real clock: bare, with
//! a recorder that is off, recorded, and recorded by a recorder that is full. Then the same by 2
//! tasks on 2 workers. Five rounds, interleaved.

use std::time::Instant;

use timeline::Recorder;
use tokio::runtime::{Builder, Runtime};
use tokio::task::yield_now;

const POLLS: u32 = 20_000;

async fn give_way() {
    for _ in 0..POLLS {
        yield_now().await;
    }
}

/// What it is called, and which recorder it has.
type Way = (&'static str, fn() -> Option<Recorder>);

/// Nanoseconds a poll.
fn round(runtime: &Runtime, recorder: Option<Recorder>, tasks: usize) -> f64 {
    let start = Instant::now();
    runtime.block_on(async {
        let tasks: Vec<_> = (0..tasks)
            .map(|_| match &recorder {
                Some(recorder) => tokio::spawn(recorder.spawned("task", give_way())),
                None => tokio::spawn(give_way()),
            })
            .collect();
        for task in tasks {
            task.await.expect("giving way does not panic");
        }
    });
    start.elapsed().as_nanos() as f64 / f64::from(POLLS)
}

fn main() {
    let one = Builder::new_current_thread().enable_all().build();
    let two = Builder::new_multi_thread().worker_threads(2).enable_all().build();
    println!("{:34}{:>8}{:>8}{:>8}", "nanoseconds a poll", "least", "median", "most");
    for (name, runtime, tasks) in
        [("1 task, current thread", one, 1), ("2 tasks, 2 workers", two, 2)]
    {
        let runtime = runtime.expect("a runtime can be built");
        let ways: [Way; 4] = [
            ("bare", || None),
            ("recorder off", || Some(Recorder::off())),
            ("recorded", || Some(Recorder::with_limit(10_000_000))),
            ("recorder full", || Some(Recorder::with_limit(100))),
        ];
        let mut figures = [const { Vec::new() }; 4];
        for _ in 0..5 {
            for ((_, recorder), figures) in ways.iter().zip(&mut figures) {
                figures.push(round(&runtime, recorder(), tasks));
            }
        }
        for ((way, _), figures) in ways.iter().zip(&mut figures) {
            figures.sort_by(f64::total_cmp);
            let (least, median, most) = (figures[0], figures[2], figures[4]);
            println!(
                "{:34}{least:>8.0}{median:>8.0}{most:>8.0}",
                format!("{name}: {way}")
            );
        }
    }
}
