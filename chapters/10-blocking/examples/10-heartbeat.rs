//! What a task that blocks does to its neighbors: counted in turns, not in time.
//!
//! ```console
//! $ cargo run --example 10-heartbeat
//! ```
//!
//! A heart beats whenever its task gets a turn. Beside it, a job of five steps, none of which gives the thread back.
//! We count the beats from the job's first step to its last.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Barrier, mpsc};
use std::thread;

use tokio::runtime::{Builder, Runtime};
use tokio::task::{spawn_blocking, yield_now};

const STEPS: usize = 5;
/// Where we stop counting.
const MANY: usize = 100;

// ANCHOR: heart
/// Beats once a turn, forever.
async fn beat(heart: Heart) {
    loop {
        heart.0.fetch_add(1, SeqCst);
        yield_now().await;
    }
}

/// The beats so far.
#[derive(Clone, Default)]
struct Heart(Arc<AtomicUsize>);

impl Heart {
    fn beats(&self) -> usize {
        self.0.load(SeqCst)
    }

    /// Blocks its thread until the heart has beaten so many times more.
    fn wait_for(&self, beats: usize) {
        let end = self.beats() + beats;
        while self.beats() < end {
            thread::yield_now();
        }
    }
}
// ANCHOR_END: heart

// ANCHOR: ways
/// In the task, one step after another.
async fn in_the_task(heart: Heart) -> usize {
    let before = heart.beats();
    for _ in 0..STEPS {
        step();
    }
    heart.beats() - before
}

/// In a task of its own.
async fn in_a_task_of_its_own(heart: Heart) -> usize {
    tokio::spawn(in_the_task(heart)).await.expect("it does not panic")
}

/// In the task, with a pause between two steps.
async fn with_pauses(heart: Heart) -> usize {
    let before = heart.beats();
    for _ in 0..STEPS {
        step();
        yield_now().await;
    }
    heart.beats() - before
}

/// On the blocking pool, where a step may take as long as it likes.
async fn on_the_pool(heart: Heart) -> usize {
    let job = move || {
        let before = heart.beats();
        for _ in 0..STEPS {
            heart.wait_for(MANY / STEPS);
        }
        heart.beats() - before
    };
    spawn_blocking(job).await.expect("it does not panic")
}

/// Stands for a read, or for a computation.
fn step() {
    std::hint::black_box((0..10_000).sum::<u64>());
}
// ANCHOR_END: ways

fn main() -> std::io::Result<()> {
    let one_thread = || Builder::new_current_thread().build();
    println!("one thread:");
    row("in the task", one_thread()?, in_the_task);
    row("in a task of its own", one_thread()?, in_a_task_of_its_own);
    row("with pauses", one_thread()?, with_pauses);
    row("on the blocking pool", one_thread()?, on_the_pool);

    println!("\ntwo workers, and a job in each:");
    println!("{:24}{}", "  in the tasks", two_of_two_workers()?);
    Ok(())
}

/// Runs one way beside a heart.
fn row<F: Future<Output = usize>>(name: &str, runtime: Runtime, way: fn(Heart) -> F) {
    let heart = Heart::default();
    let beats = runtime.block_on(async {
        tokio::spawn(beat(heart.clone()));
        yield_now().await;
        way(heart).await
    });
    let more = if beats >= MANY { " and more" } else { "" };
    println!("{:24}{}{more}", format!("  {name}"), beats.min(MANY));
}

/// Both workers are inside a job: the barrier opens when both have begun.
fn two_of_two_workers() -> std::io::Result<usize> {
    let runtime = Builder::new_multi_thread().worker_threads(2).build()?;
    let heart = Heart::default();
    runtime.spawn(beat(heart.clone()));
    heart.wait_for(1);
    let (begun, ended) = (Arc::new(Barrier::new(2)), Arc::new(Barrier::new(2)));
    let (report, reports) = mpsc::channel();
    for _ in 0..2 {
        let (heart, report) = (heart.clone(), report.clone());
        let (begun, ended) = (begun.clone(), ended.clone());
        runtime.spawn(async move {
            begun.wait();
            let before = heart.beats();
            (0..STEPS).for_each(|_| step());
            let beats = heart.beats() - before;
            ended.wait();
            let _ = report.send(beats);
        });
    }
    let beats = reports.recv().unwrap_or(MANY) + reports.recv().unwrap_or(MANY);
    runtime.shutdown_background();
    Ok(beats)
}
