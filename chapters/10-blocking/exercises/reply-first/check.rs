//! Seven of eight workers sleep while one answers; then as many answers count as there are workers.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/10-blocking/reply-first/solution.rs"
)]
mod exercise;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::thread;
use std::time::{Duration, Instant};

use probe::{Finding, Verdict, if_it_hangs};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{mpsc, oneshot};

probe::main!(
    "10-reply-first",
    [
        the_joke_and_the_count_arrive,
        the_writer_gets_its_turn_while_it_counts,
        others_get_theirs_while_as_many_count_as_there_are_workers,
    ]
);

/// How long a count waits for a turn that will not come. Only wrong answers take so long.
const NOBODY: Duration = Duration::from_secs(2);

fn runtime(workers: usize) -> Runtime {
    Builder::new_multi_thread()
        .worker_threads(workers)
        .enable_all()
        .build()
        .expect("a runtime can be built")
}

/// Looks again and again until `condition`, or until `NOBODY` is over.
fn wait_until(condition: impl Fn() -> bool) -> bool {
    let start = Instant::now();
    while !condition() {
        if start.elapsed() > NOBODY {
            return condition();
        }
        thread::yield_now();
    }
    true
}

fn the_joke_and_the_count_arrive() -> Verdict {
    if_it_hangs("hung");
    let runtime = runtime(2);
    let (writer, mut jokes) = mpsc::channel(8);
    let answer = runtime.spawn(exercise::answer("a joke".to_owned(), writer, || 42));
    let counted = runtime.block_on(answer);
    let sent = runtime.block_on(jokes.recv());
    runtime.shutdown_background();
    match counted {
        Err(error) => std::panic::resume_unwind(error.into_panic()),
        Ok(42) => {}
        Ok(other) => {
            return Err(Finding::unnamed("The count is wrong")
                .saw(format!("`count` returned 42, and `answer` returned {other}")));
        }
    }
    if sent.as_deref() != Some("a joke") {
        return Err(Finding::unnamed("The writer did not get the joke")
            .saw(format!("the joke was \"a joke\", and the writer received {sent:?}")));
    }
    Ok(())
}

/// What was seen at the end of the count.
#[derive(Clone, Copy)]
struct Seen {
    sent: bool,
    received: bool,
}

fn the_writer_gets_its_turn_while_it_counts() -> Verdict {
    if_it_hangs("hung");
    let runtime = runtime(8);
    let (writer, mut jokes) = mpsc::channel(8);
    let received = Arc::new(AtomicBool::new(false));
    let (receive, look) = (received.clone(), received.clone());
    runtime.spawn(async move {
        if jokes.recv().await.is_some() {
            receive.store(true, SeqCst);
        }
        jokes // open until we know
    });
    let (tell, told) = std::sync::mpsc::channel();
    let channel = writer.clone();
    let count = move || {
        let received = wait_until(|| look.load(SeqCst));
        let sent = received || channel.capacity() < channel.max_capacity();
        let _ = tell.send(Seen { sent, received });
        42
    };
    let (go, begin) = oneshot::channel();
    runtime.spawn(async move {
        let _ = begin.await;
        exercise::answer("a joke".to_owned(), writer, count).await
    });
    until_all_sleep(&runtime, 8);
    let _ = go.send(());
    let seen = told.recv();
    runtime.shutdown_background();
    match seen {
        Ok(Seen { received: true, .. }) => Ok(()),
        Ok(Seen { sent: true, .. }) => Err(Finding::mistake("lifo-slot").saw(
            "the writer had been woken, and seven of eight workers had nothing to do; until `count` was done, the \
             writer got no turn",
        )),
        Ok(Seen { sent: false, .. }) => Err(Finding::unnamed("The joke waited for the counting")
            .saw("while `count` ran, the joke was not sent to the writer")),
        Err(_) => Err(Finding::unnamed("Nobody counted").saw("`answer` did not call `count`")),
    }
}

/// Tokio counts how often a worker has gone to sleep and has woken: while it sleeps, the count is odd.
fn until_all_sleep(runtime: &Runtime, workers: usize) {
    let metrics = runtime.metrics();
    let awake = |worker| metrics.worker_park_unpark_count(worker).is_multiple_of(2);
    while (0..workers).any(awake) {
        thread::sleep(Duration::from_millis(1));
    }
}

fn others_get_theirs_while_as_many_count_as_there_are_workers() -> Verdict {
    if_it_hangs("hung");
    const WORKERS: usize = 2;
    let runtime = runtime(WORKERS);
    let begun = Arc::new(AtomicUsize::new(0));
    let (told, starved) =
        (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let mut answers = Vec::new();
    for number in 1..=WORKERS {
        let (begin, told, starved) = (begun.clone(), told.clone(), starved.clone());
        let count = move || {
            begin.fetch_add(1, SeqCst);
            // The others begin, and then the other task is there.
            wait_until(|| begin.load(SeqCst) == WORKERS);
            if !wait_until(|| told.load(SeqCst)) {
                starved.fetch_add(1, SeqCst);
            }
            42
        };
        let (writer, mut jokes) = mpsc::channel(8);
        runtime.spawn(async move { while jokes.recv().await.is_some() {} });
        answers.push(runtime.spawn(exercise::answer("a joke".to_owned(), writer, count)));
        wait_until(|| begun.load(SeqCst) == number);
    }
    runtime.spawn(async move { told.store(true, SeqCst) });
    for answer in answers {
        let _ = runtime.block_on(answer);
    }
    runtime.shutdown_background();
    if starved.load(SeqCst) == 0 {
        return Ok(());
    }
    Err(Finding::mistake("blocking-in-async").saw(format!(
        "{WORKERS} workers, {WORKERS} answers that count, and another task: while they counted, it got no turn",
    )))
}
