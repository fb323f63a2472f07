//! A timeout on blocking work: who stops, and who does not?
//!
//! ```console
//! $ cargo run --example 10-gave-up
//! ```
//!
//! The job has five steps. During the second, its caller runs out of patience.

use std::io;
use std::sync::mpsc;
use std::time::Duration;

use tokio::runtime::Builder;
use tokio::sync::oneshot;
use tokio::task::spawn_blocking;
use tokio::time::{advance, timeout};

const STEPS: usize = 5;
const PATIENCE: Duration = Duration::from_millis(100);

// ANCHOR: alone
/// `step` blocks. The caller waits for 100 ms, and says whether the job was done by then.
async fn timeout_alone(mut step: impl FnMut() + Send + 'static) -> bool {
    let job = spawn_blocking(move || (0..STEPS).for_each(|_| step()));
    matches!(timeout(PATIENCE, job).await, Ok(Ok(())))
}
// ANCHOR_END: alone

// ANCHOR: abort
/// As before, and then `abort`.
async fn timeout_and_abort(mut step: impl FnMut() + Send + 'static) -> bool {
    let mut job = spawn_blocking(move || (0..STEPS).for_each(|_| step()));
    let in_time = matches!(timeout(PATIENCE, &mut job).await, Ok(Ok(())));
    job.abort();
    in_time
}
// ANCHOR_END: abort

// ANCHOR: looks
/// The job looks, between two steps, whether anybody still wants its answer.
async fn the_job_looks(mut step: impl FnMut() + Send + 'static) -> bool {
    let (answer, answered) = oneshot::channel();
    spawn_blocking(move || {
        for _ in 0..STEPS {
            if answer.is_closed() {
                return;
            }
            step();
        }
        let _ = answer.send(()); // not reached if a step panics: then `answered` is an error
    });
    matches!(timeout(PATIENCE, answered).await, Ok(Ok(())))
}
// ANCHOR_END: looks

fn main() -> io::Result<()> {
    row("timeout", timeout_alone)?;
    row("timeout, then abort", timeout_and_abort)?;
    row("the job looks", the_job_looks)
}

type Step = Box<dyn FnMut() + Send>;

fn row<F: Future<Output = bool>>(name: &str, way: fn(Step) -> F) -> io::Result<()> {
    let runtime =
        Builder::new_current_thread().enable_time().start_paused(true).build()?;
    let (begin, mut begun) = tokio::sync::mpsc::channel(STEPS);
    let (go, gone) = mpsc::channel::<()>();
    let step = Box::new(move || {
        let _ = begin.blocking_send(());
        let _ = gone.recv();
    });
    let (in_time, before) = runtime.block_on(async {
        let patience_ends = async {
            begun.recv().await;
            let _ = go.send(()); // the first step is done
            begun.recv().await; // and we are in the second
            advance(PATIENCE * 2).await;
        };
        tokio::join!(way(step), async {
            patience_ends.await;
            2
        })
    });
    drop(go); // from here on, no step takes any time
    let mut steps = before;
    while begun.blocking_recv().is_some() {
        steps += 1;
    }
    let caller = if in_time { "got its answer" } else { "gave up in step 2" };
    println!("{name:20} the caller {caller}; the job ran {steps} of {STEPS} steps");
    Ok(())
}
