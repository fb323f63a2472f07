//! The pool has one thread, and the check holds it. It lets one job after the other run, and moves the clock by
//! hand: so it sees what the answer needs a thread for, and what a timer.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/10-blocking/patient-reader/solution.rs"
)]
mod exercise;

use std::future::poll_fn;
use std::io::{self, ErrorKind};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, mpsc};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use probe::{
    Finding, Picture, Verdict, if_it_hangs, is_of_a_runtime, makes_a_timer, threads,
    words,
};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;
use tokio::{task, time};

probe::main!(
    "10-patient-reader",
    [
        the_first_try_comes_at_once,
        others_run_while_it_reads,
        a_long_read_is_waited_for,
        the_wait_begins_after_the_read,
        a_busy_disk_is_tried_again_a_little_later,
        the_third_busy_try_is_the_last,
        another_error_is_returned_at_once,
    ]
);

/// How long a read waits for a neighbor's turn before it concludes that none will come.
const NO_TURN: Duration = Duration::from_secs(2);
/// How long a thread of the answer's own gets to pass on what it read.
const A_MOMENT: Duration = Duration::from_millis(50);
/// Longer than a thread of its own sleeps between two tries, if it does.
const A_NAP: Duration = Duration::from_millis(150);
const POLLS_A_TURN: usize = 5;

fn runtime() -> Runtime {
    runtime_with(1)
}

fn runtime_with(threads: usize) -> Runtime {
    Builder::new_current_thread()
        .max_blocking_threads(threads)
        .enable_all()
        .start_paused(true)
        .build()
        .expect("a runtime can be built")
}

fn blocked(saw: &str) -> Finding {
    Finding::mistake("blocking-in-async").saw(saw)
}

/// What a run returns, or that Tokio panicked in it because it was called in the wrong place.
fn unless_misplaced<T>(run: impl FnOnce() -> T) -> Result<T, Finding> {
    catch_unwind(AssertUnwindSafe(run)).map_err(|panic| {
        let said = panic.downcast_ref::<String>().map(String::as_str);
        let said = said.or(panic.downcast_ref::<&str>().copied()).unwrap_or_default();
        if is_of_a_runtime(said) {
            Finding::mistake("runtime-is-everywhere")
                .saw(format!("on a runtime with one thread, Tokio panicked: “{said}”"))
        } else {
            resume_unwind(panic)
        }
    })
}

/// What becomes of another task while `read` takes 300 ms on the thread that runs every task.
fn a_read_and_a_neighbor() -> Picture {
    let title = "A read of 300 ms, and a task that only wants to sleep for 100 ms";
    probe::picture("main", title, |recorder| {
        let recorder = recorder.clone();
        async move {
            let nap = time::sleep(Duration::from_millis(100));
            let neighbor = task::spawn(recorder.spawned("neighbor", nap));
            let reads = recorder.clone();
            let read = move || {
                let read = || {
                    probe::block_for(Duration::from_millis(300));
                    Ok("a joke".to_owned())
                };
                reads.job("read".into(), read).0()
            };
            let told = recorder.wrap("tell", exercise::tell(read)).await;
            neighbor.await.map(|()| told)
        }
    })
}

/// Polls the answer, and lets tasks run in between, while the clock stands still.
async fn polled<F: Future>(
    mut answer: Pin<&mut F>,
    limit: Duration,
    enough: impl Fn() -> bool,
) -> Option<F::Output> {
    let start = Instant::now();
    while !enough() && start.elapsed() < limit {
        let polled = poll_fn(|cx| Poll::Ready(answer.as_mut().poll(cx))).await;
        if let Poll::Ready(done) = polled {
            return Some(done);
        }
        task::yield_now().await;
    }
    None
}

/// Polls the answer a few times, while the clock stands still. In between, every task and, if the pool is free, every job that
/// stands in line gets its turn.
async fn turns<F: Future>(
    mut answer: Pin<&mut F>,
    pool_is_free: bool,
) -> Option<F::Output> {
    for _ in 0..3 {
        for _ in 0..POLLS_A_TURN {
            let polled = poll_fn(|cx| Poll::Ready(answer.as_mut().poll(cx))).await;
            if let Poll::Ready(done) = polled {
                return Some(done);
            }
            task::yield_now().await;
        }
        if pool_is_free {
            if_it_hangs(a_job_that_waits());
            let _ = task::spawn_blocking(|| {}).await;
            if_it_hangs("hung");
        }
    }
    None
}

fn the_first_try_comes_at_once() -> Verdict {
    if_it_hangs("hung");
    let runtime = runtime();
    let begun = Arc::new(AtomicUsize::new(0));
    let begins = begun.clone();
    let read = move || {
        begins.fetch_add(1, SeqCst);
        Ok("a joke".to_owned())
    };
    let waits = unless_misplaced(|| {
        runtime.block_on(async {
            let mut told = pin!(exercise::tell(read));
            let begun = || begun.load(SeqCst) > 0;
            if polled(told.as_mut(), NO_TURN, begun).await.is_some() || begun() {
                return false;
            }
            time::advance(Duration::from_secs(1)).await;
            polled(told.as_mut(), NO_TURN, begun).await;
            begun()
        })
    });
    runtime.shutdown_background();
    match waits? {
        true => Err(Finding::unnamed("It waits before the first try").saw(
            "nothing had been tried yet, and `tell` waited for a timer before it called `read`",
        )),
        false => Ok(()),
    }
}

/// Tells a joke with a disk whose first try takes as long as the check wants, by Tokio's clock, and ends so. Looks whether the
/// answer waits for that try, and then, for a busy one, how long it waits for the second, if it does not go on by itself.
fn after_a_long_read(
    takes: Duration,
    first: Option<ErrorKind>,
) -> Result<Result<io::Result<String>, Duration>, Finding> {
    let runtime = runtime_with(2);
    // One thread is for the answer. On the other, a job is always under way: so Tokio leaves the clock to us.
    let (_end, ended) = mpsc::channel::<()>();
    runtime.spawn_blocking(move || ended.recv());
    let begun = Arc::new(AtomicUsize::new(0));
    let (open, opened) = mpsc::channel::<()>();
    let (begins, opened) = (begun.clone(), Mutex::new(opened));
    let read = move || {
        if begins.fetch_add(1, SeqCst) > 0 {
            return Ok("a joke".to_owned());
        }
        let _ = opened.lock().unwrap().recv_timeout(2 * NO_TURN);
        match first {
            Some(kind) => Err(io::Error::from(kind)),
            None => Ok("a joke".to_owned()),
        }
    };
    let outcome = runtime.block_on(async {
        let mut told = pin!(exercise::tell(read));
        let tries = || begun.load(SeqCst);
        polled(told.as_mut(), NO_TURN, || tries() > 0).await;
        time::advance(takes).await;
        let early = turns(told.as_mut(), false).await;
        if early.is_some() || tries() > 1 {
            return Err(Finding::unnamed("It does not wait for the read")
                .saw(format!(
                    "`read` took {} by Tokio's clock, and before it was done {}",
                    words::duration(takes),
                    match &early {
                        Some(Ok(_)) => "`tell` returned a joke".to_owned(),
                        Some(Err(error)) => format!("`tell` returned an error: {error}"),
                        None => "it was called once more".to_owned(),
                    }
                ))
                .because("`read` may take long, and nobody has given it a limit"));
        }
        let _ = open.send(());
        if first.is_none() {
            return match polled(told.as_mut(), NO_TURN, || false).await {
                Some(told) => Ok(Ok(told)),
                None => Err(Finding::unnamed("`tell` does not return")
                    .saw("`read` has returned a joke")),
            };
        }
        for (waited, more) in [(0, 0), (60, 60), (99, 39)] {
            time::advance(Duration::from_millis(more)).await;
            let done = turns(told.as_mut(), true).await;
            if tries() > 1 {
                return Ok(Err(Duration::from_millis(waited)));
            }
            if let Some(told) = done {
                return Ok(Ok(told));
            }
        }
        Ok(Err(ENOUGH))
    });
    runtime.shutdown_background();
    outcome
}

fn a_long_read_is_waited_for() -> Verdict {
    if_it_hangs("hung");
    match after_a_long_read(Duration::from_secs(3_600), None)? {
        Ok(told) => {
            expect("`read` took an hour, then there was a joke", &told, "Ok(\"a joke\")")
        }
        Err(_) => Ok(()),
    }
}

/// Between two tries.
const ENOUGH: Duration = Duration::from_millis(100);

fn the_wait_begins_after_the_read() -> Verdict {
    if_it_hangs("hung");
    let busy = Some(ErrorKind::ResourceBusy);
    for takes in [Duration::from_millis(80), Duration::from_secs(3_600)] {
        let Err(gap) = after_a_long_read(takes, busy)? else { continue };
        if gap >= ENOUGH {
            continue;
        }
        // Whoever does not wait at all has another mistake.
        if let Ok(Err(at_once)) = after_a_long_read(Duration::ZERO, busy)
            && at_once >= ENOUGH
        {
            return Err(Finding::mistake("ticks-catch-up").saw(format!(
                "a busy try took {}, and the next one came {}",
                words::duration(takes),
                match gap {
                    Duration::ZERO => "right after its end".to_owned(),
                    gap => format!("{} after its end, or earlier", words::duration(gap)),
                }
            )));
        }
    }
    Ok(())
}

fn others_run_while_it_reads() -> Verdict {
    if_it_hangs("blocking-in-async");
    let runtime = runtime();
    let tasks_thread = thread::current().id();
    let turns = Arc::new(AtomicUsize::new(0));
    let seen = Arc::new(Mutex::new(None::<&str>));
    let (count, see) = (turns.clone(), seen.clone());
    let read = move || {
        let before = count.load(SeqCst);
        let start = Instant::now();
        if thread::current().id() == tasks_thread {
            *see.lock().unwrap() = Some("`read` ran on the thread that runs every task");
        } else {
            while count.load(SeqCst) < before + 10 {
                if start.elapsed() > NO_TURN {
                    *see.lock().unwrap() = Some(
                        "`read` ran on another thread, and meanwhile no task got a turn on this one",
                    );
                    break;
                }
                thread::yield_now();
            }
        }
        Ok("a joke".to_owned())
    };
    let run = || {
        runtime.block_on(async {
            let neighbor = task::spawn(async move {
                loop {
                    turns.fetch_add(1, SeqCst);
                    task::yield_now().await;
                }
            });
            let told = exercise::tell(read).await;
            neighbor.abort();
            told
        })
    };
    let told = unless_misplaced(run);
    runtime.shutdown_background();
    let told = told?;
    if let Some(saw) = *seen.lock().unwrap() {
        let finding = blocked(saw);
        let here = saw.contains("on the thread that runs every task");
        return Err(if here {
            finding.picture(a_read_and_a_neighbor())
        } else {
            finding
        });
    }
    expect("`read` returned a joke at once", &told, "Ok(\"a joke\")")
}

fn a_busy_disk_is_tried_again_a_little_later() -> Verdict {
    let told =
        played(&[Some(ErrorKind::ResourceBusy), Some(ErrorKind::ResourceBusy), None])?;
    expect("the disk was busy twice, then there was a joke", &told, "Ok(\"a joke\")")
}

fn the_third_busy_try_is_the_last() -> Verdict {
    let busy = Some(ErrorKind::ResourceBusy);
    let told = played(&[busy, busy, busy])?.map_err(said);
    let expected = "Err((ResourceBusy, \"the error of try 3\"))";
    expect("the disk was busy three times", &told, expected)
}

fn another_error_is_returned_at_once() -> Verdict {
    let busy = Some(ErrorKind::ResourceBusy);
    let told = played(&[busy, Some(ErrorKind::NotFound)])?.map_err(said);
    let expected = "Err((NotFound, \"the error of try 2\"))";
    expect("the disk was busy, then there was no file", &told, expected)?;
    for kind in [ErrorKind::NotFound, ErrorKind::WouldBlock, ErrorKind::Interrupted] {
        let told = played(&[Some(kind)])?.map_err(said);
        let expected = format!("Err(({kind:?}, \"the error of try 1\"))");
        expect(&format!("the first try ended in {kind:?}"), &told, &expected)?;
    }
    Ok(())
}

fn said(error: io::Error) -> (ErrorKind, String) {
    (error.kind(), error.to_string())
}

fn expect(what: &str, told: &impl std::fmt::Debug, expected: &str) -> Verdict {
    let told = format!("{told:?}");
    if told == expected {
        return Ok(());
    }
    Err(Finding::unnamed("The answer is wrong")
        .saw(format!("{what}: `tell` returned {told}, and not {expected}")))
}

/// A try: the thread, when it ended by a real clock, and how often the answer had been polled by then.
struct Try {
    thread: ThreadId,
    ended: Instant,
    polls: usize,
}

/// Plays a disk whose tries end so; `None` is a joke. Every wait between two tries must be a timer's.
fn played(script: &[Option<ErrorKind>]) -> Result<io::Result<String>, Finding> {
    if_it_hangs("hung");
    let script = script.to_vec();
    let runtime = runtime();
    let tries = Arc::new(Mutex::new(Vec::<Try>::new()));
    let polls = Arc::new(AtomicUsize::new(0));
    let (log, polled, plan) = (tries.clone(), polls.clone(), script.clone());
    let read = move || {
        let mut log = log.lock().unwrap();
        let outcome = match plan.get(log.len()) {
            Some(Some(kind)) => {
                Err(io::Error::new(*kind, format!("the error of try {}", log.len() + 1)))
            }
            _ => Ok("a joke".to_owned()),
        };
        log.push(Try {
            thread: thread::current().id(),
            ended: Instant::now(),
            polls: polled.load(SeqCst),
        });
        outcome
    };
    let count = || tries.lock().unwrap().len();

    let verdict = runtime.block_on(async {
        let mut pool = Pool::held().await;
        let mut told = pin!(exercise::tell(read));
        for (at, outcome) in script.iter().enumerate() {
            // The try itself, and nothing but that.
            let wakes = pool.wakes.load(SeqCst);
            let done = pool.turn(told.as_mut(), &polls).await;
            if count() > at + 1 {
                let finding = waited_on_a_thread(&tries.lock().unwrap(), at);
                return Err(finding);
            }
            let mut on_the_pool = true;
            if done.is_none() {
                // A job of the pool is done by now. A thread of its own gets its time: to read, and
                // to wake the answer with what it read, or a task of the answer's.
                let start = Instant::now();
                while count() == at && start.elapsed() < NO_TURN {
                    task::yield_now().await;
                }
                if at > 0 && count() == at {
                    return Err(Finding::unnamed("It waits longer than it should").saw(
                        format!("101 ms after busy try {at}, there was no next try"),
                    ));
                }
                on_the_pool =
                    tries.lock().unwrap().last().is_some_and(|it| it.thread == pool.thread);
                let start = Instant::now();
                while !on_the_pool
                    && pool.wakes.load(SeqCst) == wakes
                    && start.elapsed() < A_MOMENT
                {
                    task::yield_now().await;
                }
            }
            let last =
                at + 1 == script.len() || *outcome != Some(ErrorKind::ResourceBusy);
            let done = match done {
                None if last => pool.turns(told.as_mut(), &polls, 3).await,
                done => done,
            };
            if let Some(done) = done {
                return Ok(done);
            }
            if last {
                time::advance(Duration::from_millis(200)).await;
                return match pool.turns(told.as_mut(), &polls, 3).await {
                    Some(_) => Err(Finding::unnamed(
                        "It waits when there is nothing to wait for",
                    )
                    .saw(format!(
                        "try {} ended in {}, and then it waited",
                        at + 1,
                        outcome.map_or("a joke".into(), |kind| format!("Err({kind:?})"))
                    ))),
                    None if count() > at + 1 => {
                        Err(Finding::unnamed("It tries too often")
                            .saw(format!("try {} was to be the last", at + 1)))
                    }
                    None => Err(Finding::unnamed("`tell` does not return")
                        .saw(format!("it still waits after try {}", at + 1))),
                };
            }
            // The disk was busy. The clock stands still: nobody may try again.
            let wakes = pool.wakes.load(SeqCst);
            for _ in 0..3 {
                let early = pool.turn(told.as_mut(), &polls).await;
                if count() > at + 1 {
                    let finding = too_soon(&tries.lock().unwrap(), at, &pool);
                    // Does it wait before the third?
                    pool.turns(told.as_mut(), &polls, 3).await;
                    return Err(never_waited(finding, count()));
                }
                if early.is_some() {
                    return Err(Finding::unnamed("It gave up too early")
                        .saw(format!("the disk was busy {} times", at + 1)));
                }
            }
            // A thread that sleeps does so by another clock: it gets the time for it.
            let start = Instant::now();
            while !on_the_pool && start.elapsed() < A_NAP {
                let early = pool.poll(told.as_mut(), &polls).await;
                if count() > at + 1 {
                    let finding = too_soon(&tries.lock().unwrap(), at, &pool);
                    // Does it wait before the third?
                    pool.turns(told.as_mut(), &polls, 3).await;
                    return Err(never_waited(finding, count()));
                }
                if early.is_some() {
                    return Err(Finding::unnamed("It gave up too early")
                        .saw(format!("the disk was busy {} times", at + 1)));
                }
            }
            // Whoever waits for a timer has been woken at most a few times, by what came before.
            let wakes = pool.wakes.load(SeqCst) - wakes;
            if wakes >= 3 * POLLS_A_TURN {
                return Err(Finding::mistake("self-wake-spin").saw(format!(
                    "between two tries, no time went by, and the answer woke itself {wakes} times"
                )));
            }
            time::advance(Duration::from_millis(99)).await;
            pool.turns(told.as_mut(), &polls, 2).await;
            if count() > at + 1 {
                return Err(Finding::unnamed("It tries again too soon")
                    .saw("after a busy try, the next came within 99 ms"));
            }
            time::advance(Duration::from_millis(2)).await;
            // The next try stands in line now, and gets its turn at the top of the loop.
        }
        Err(Finding::unnamed("`tell` does not return").saw("every try has been made"))
    });
    runtime.shutdown_background();
    let here = thread::current().id();
    let nth = tries.lock().unwrap().iter().position(|one| one.thread == here);
    match (verdict, nth) {
        (Ok(_), Some(nth)) => Err(blocked(&format!(
            "try {} ran on the thread that runs every task",
            nth + 1
        ))),
        (verdict, _) => verdict,
    }
}

/// What a next try that came at once shows, if all three came while the clock stood still.
fn never_waited(finding: Finding, tries: usize) -> Finding {
    let busy = || exercise::tell(|| Err(io::Error::from(ErrorKind::ResourceBusy)));
    // Elsewhere, since a runtime runs on this thread.
    let makes_one = || threads::elsewhere(|| makes_a_timer(busy));
    if finding.id().is_none() && tries >= 3 && makes_one() {
        return Finding::mistake("lazy-future").saw(
            "the disk was busy, a timer was made, and the next try came at once: nobody waited for it",
        );
    }
    finding
}

fn a_job_that_waits() -> Finding {
    Finding::mistake("pool-thread-waits").saw(
        "a job on the blocking pool waited for Tokio's clock, or for a task, and kept its thread",
    )
}

/// Several tries in one job.
fn waited_on_a_thread(tries: &[Try], at: usize) -> Finding {
    let (one, next) = (&tries[at], &tries[at + 1]);
    let gap = next.ended - one.ended;
    if one.thread == next.thread
        && one.polls == next.polls
        && gap >= Duration::from_millis(90)
    {
        Finding::mistake("pool-thread-waits").saw(
            "the tries ran in one job on the blocking pool, and its thread slept between them",
        )
    } else {
        Finding::unnamed("It does not wait between two tries")
            .saw("the disk was busy, and the next try came at once, in the same job")
    }
}

/// A try that came while Tokio's clock stood still. Who slept?
fn too_soon(tries: &[Try], at: usize, pool: &Pool) -> Finding {
    let a_sleep = Duration::from_millis(90);
    if tries[at + 1].ended - tries[at].ended < a_sleep {
        Finding::unnamed("It does not wait between two tries")
            .saw("the disk was busy, and the next try came at once")
    } else if pool.longest_poll >= a_sleep {
        blocked(
            "between two tries, the thread that runs every task slept; by Tokio's clock, no time went by",
        )
    } else if pool.longest_line >= a_sleep {
        Finding::mistake("pool-thread-waits")
            .saw("a job that does nothing but sleep ran on the blocking pool between two tries")
    } else {
        Finding::unnamed("A thread was kept for the wait").saw(
            "between two tries, a thread slept that was neither a task's nor the pool's; by Tokio's clock, no time went by",
        )
    }
}

/// The one blocking thread, held.
struct Pool {
    hold: Option<Hold>,
    thread: ThreadId,
    wakes: Arc<AtomicUsize>, // of the answer
    longest_poll: Duration, // of the answer, or of a task of its own; by a real clock, as the next
    longest_line: Duration, // until all jobs that stood in line were done
}

/// Counts a wake, and passes it on.
struct Relay(Arc<AtomicUsize>, Waker);

impl Wake for Relay {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, SeqCst);
        self.1.wake_by_ref();
    }
}

/// Holds the thread from its turn in line until it is dropped.
struct Hold {
    there: oneshot::Receiver<ThreadId>,
    _release: oneshot::Sender<()>,
}

impl Hold {
    fn queue() -> Hold {
        let (arrive, there) = oneshot::channel();
        let (release, released) = oneshot::channel();
        task::spawn_blocking(move || {
            let _ = arrive.send(thread::current().id());
            let _ = released.blocking_recv();
        });
        Hold { there, _release: release }
    }
}

impl Pool {
    async fn held() -> Pool {
        let mut hold = Hold::queue();
        let thread = (&mut hold.there).await.expect("the thread is there");
        Pool {
            hold: Some(hold),
            thread,
            wakes: Arc::default(),
            longest_poll: Duration::ZERO,
            longest_line: Duration::ZERO,
        }
    }

    /// Polls the answer until it waits, then lets the jobs that stand in line run, then polls it again.
    async fn turn<F: Future>(
        &mut self,
        mut answer: Pin<&mut F>,
        polls: &AtomicUsize,
    ) -> Option<F::Output> {
        if let Some(done) = self.poll(answer.as_mut(), polls).await {
            return Some(done);
        }
        let mut next = Hold::queue();
        if_it_hangs(a_job_that_waits());
        let start = Instant::now();
        self.hold = None; // it goes, and the line moves on
        let _ = (&mut next.there).await;
        self.longest_line = self.longest_line.max(start.elapsed());
        self.hold = Some(next);
        if_it_hangs("hung");
        None
    }

    async fn turns<F: Future>(
        &mut self,
        mut answer: Pin<&mut F>,
        polls: &AtomicUsize,
        turns: usize,
    ) -> Option<F::Output> {
        for _ in 0..turns {
            if let Some(done) = self.turn(answer.as_mut(), polls).await {
                return Some(done);
            }
        }
        self.poll(answer, polls).await
    }

    /// Polls a few times, with turns for every other task in between.
    async fn poll<F: Future>(
        &mut self,
        mut answer: Pin<&mut F>,
        polls: &AtomicUsize,
    ) -> Option<F::Output> {
        for _ in 0..POLLS_A_TURN {
            let start = Instant::now();
            polls.fetch_add(1, SeqCst);
            let polled = poll_fn(|cx| {
                let relay = Arc::new(Relay(self.wakes.clone(), cx.waker().clone()));
                Poll::Ready(answer.as_mut().poll(&mut Context::from_waker(&relay.into())))
            })
            .await;
            if let Poll::Ready(done) = polled {
                return Some(done);
            }
            task::yield_now().await;
            self.longest_poll = self.longest_poll.max(start.elapsed());
        }
        None
    }
}
