//! Each look belongs to the check: it waits until the check lets it go on, and the clock stands until the check moves it. So "the
//! limit is over during the second look" has one meaning, whatever the machine does.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/10-blocking/search-in-time/solution.rs"
)]
mod exercise;

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, mpsc};
use std::task::Poll;
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use probe::{Finding, Pool, Verdict, if_it_hangs, is_of_a_runtime, words};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::{task, time};

probe::main!(
    "10-search-in-time",
    [
        the_joke_is_found,
        others_run_while_it_looks,
        no_look_begins_after_the_limit,
        no_look_begins_after_the_future_is_dropped,
        no_first_look_waits_in_line,
        no_second_look_waits_in_line,
    ]
);

const AN_HOUR: Duration = Duration::from_secs(3600);
/// So long that only a clock that the check moves gets there.
const LIMIT: Duration = Duration::from_secs(100);
/// More than half of it.
const A_LOOK: Duration = Duration::from_secs(60);

/// How long the check waits, by a real clock, for what will not come. Only wrong answers take so long.
const NEVER: Duration = Duration::from_secs(2);
/// How long an answer gets to begin its looks on threads of its own, or to start the next one.
const A_MOMENT: Duration = Duration::from_millis(30);

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime can be built")
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

fn the_joke_is_found() -> Verdict {
    if_it_hangs("hung");
    for right in [1, 2, 5] {
        let runtime = runtime();
        let (tell, looks) = mpsc::channel();
        let mut look = 0;
        let look = move || {
            look += 1;
            let _ = tell.send(());
            // Later ones would find one, too.
            (look >= right).then(|| format!("found by look {look}"))
        };
        let found =
            unless_misplaced(|| runtime.block_on(exercise::search(AN_HOUR, look)));
        // Until nobody can look any more: then the channel ends.
        let mut count = 0;
        while count < 1_000 && looks.recv_timeout(NEVER).is_ok() {
            count += 1;
        }
        runtime.shutdown_background();
        let found = found?;
        if found != Some(format!("found by look {right}")) {
            return Err(Finding::unnamed("The joke is not the one that was found").saw(
                format!("look {right} found it within the limit, and `search` returned {found:?}"),
            ));
        }
        if count > right {
            return Err(Finding::unnamed("It looked on when it had found the joke").saw(
                format!(
                    "look {right} found a joke, and there were {}",
                    words::count(count, "look")
                ),
            ));
        }
    }
    Ok(())
}

fn others_run_while_it_looks() -> Verdict {
    if_it_hangs("blocking-in-async");
    let tasks_thread = thread::current().id();
    let (tell, told) = mpsc::channel();
    let turns = Arc::new(AtomicUsize::new(0));
    let count = turns.clone();
    let look = move || {
        if thread::current().id() == tasks_thread {
            let _ = tell.send("a look ran on the thread that runs every task, so not even the timer could fire");
            return Some(String::new());
        }
        let (before, start) = (turns.load(SeqCst), Instant::now());
        while turns.load(SeqCst) < before + 10 {
            if start.elapsed() > NEVER {
                let _ = tell.send(
                    "while a look ran on another thread, no task got a turn on this one",
                );
                break;
            }
            thread::yield_now();
        }
        Some(String::new())
    };
    let runtime = runtime();
    runtime.block_on(async {
        let neighbor = task::spawn(async move {
            loop {
                count.fetch_add(1, SeqCst);
                task::yield_now().await;
            }
        });
        exercise::search(AN_HOUR, look).await;
        neighbor.abort();
    });
    runtime.shutdown_background();
    match told.try_recv() {
        Ok(saw) => Err(Finding::mistake("blocking-in-async").saw(saw)),
        Err(_) => Ok(()),
    }
}

/// The check's end of the looks.
struct Looks {
    /// Each look, and the thread that it is on.
    begun: UnboundedReceiver<ThreadId>,
    go_on: mpsc::Sender<()>,
}

/// Looks that each take until the check says so, and find nothing. Once nobody holds them back, the hundredth finds a joke,
/// so that a search that nobody stops comes to an end.
fn looks() -> (impl FnMut() -> Option<String> + Send + 'static, Looks) {
    let (begin, begun) = unbounded_channel();
    let (go_on, may_go_on) = mpsc::channel();
    let mut count = 0;
    let look = move || {
        count += 1;
        let _ = begin.send(thread::current().id());
        let _ = may_go_on.recv();
        (count == 100).then(|| "too late".to_owned())
    };
    (look, Looks { begun, go_on })
}

impl Looks {
    /// Two looks are done, and the third is under way.
    async fn third(&mut self) {
        for _ in 0..2 {
            self.begun.recv().await;
            let _ = self.go_on.send(());
        }
        self.begun.recv().await;
    }

    /// As [`rest`](Looks::rest), without a thread of the pool.
    async fn rest_of_them(mut self) -> usize {
        drop(self.go_on);
        let mut more = 0;
        while self.begun.recv().await.is_some() {
            more += 1;
        }
        more
    }

    /// Lets every look go on, until there are no more. Returns how many have begun since.
    fn rest(mut self) -> usize {
        drop(self.go_on);
        let mut more = 0;
        while self.begun.blocking_recv().is_some() {
            more += 1;
        }
        more
    }
}

/// Polls the search until it returns, or until `enough`, or for as long as nothing comes of it.
async fn until<F: Future>(
    mut search: Pin<&mut F>,
    mut enough: impl FnMut() -> bool,
) -> Option<F::Output> {
    let start = Instant::now();
    loop {
        let polled = poll_fn(|cx| Poll::Ready(search.as_mut().poll(cx))).await;
        if let Poll::Ready(found) = polled {
            return Some(found);
        }
        if enough() || start.elapsed() > NEVER {
            return None;
        }
        task::yield_now().await;
    }
}

fn no_look_begins_after_the_limit() -> Verdict {
    if_it_hangs("hung");
    let runtime = Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .expect("a runtime can be built");
    // While a job runs, Tokio leaves the clock to us.
    let (_end, ended) = mpsc::channel::<()>();
    runtime.spawn_blocking(move || ended.recv());
    let (look, mut looks) = looks();
    let verdict = runtime.block_on(async {
        let mut search = Box::pin(exercise::search(LIMIT, look));
        for elapsed in [0, 60] {
            let found = until(search.as_mut(), || looks.begun.try_recv().is_ok()).await;
            if let Some(found) = found {
                return Err(Finding::unnamed("It does not search until the limit").saw(
                    format!(
                        "{elapsed} of {} s had gone by, and `search` returned {found:?}",
                        LIMIT.as_secs()
                    ),
                ));
            }
            time::advance(A_LOOK).await;
            if elapsed == 0 {
                let _ = looks.go_on.send(()); // the first look is done, within the limit
            }
        }
        // The limit is over, and the second look is under way.
        match until(search.as_mut(), || false).await {
            Some(None) => return Ok(()),
            Some(found) => {
                return Err(Finding::unnamed("The joke is not one that was found")
                    .saw(format!("no look found any, and `search` returned {found:?}")));
            }
            None => {}
        }
        let _ = looks.go_on.send(());
        let found = until(search.as_mut(), || looks.begun.try_recv().is_ok()).await;
        if found.is_some() {
            return Err(Finding::unnamed("It waits for the look that is under way")
                .saw("the limit was over, a look was not done yet, and `search` did not return before it was"));
        }
        time::advance(LIMIT).await;
        if let Some(None) = until(search.as_mut(), || false).await {
            return Err(Finding::mistake("sleep-in-loop").saw(
                "two looks took 120 of 100 s, and a third began: each look had a limit of its own",
            ));
        }
        Err(Finding::unnamed("The limit does not end the search").saw(
            "the limit was over twice, and by Tokio's clock: `search` had not returned",
        ))
    });
    let more = verdict.map(|()| looks_after(looks, &runtime));
    runtime.shutdown_background();
    match more? {
        0 => Ok(()),
        more => Err(Finding::mistake("timeout-interrupts").saw(format!(
            "the limit was over, `search` returned None, and then {}",
            looks_began(more)
        ))),
    }
}

fn no_look_begins_after_the_future_is_dropped() -> Verdict {
    if_it_hangs("hung");
    let runtime = runtime();
    let (look, mut looks) = looks();
    let looks = runtime.block_on(async {
        let mut searching = Box::pin(exercise::search(AN_HOUR, look));
        tokio::select! {
            biased;
            _ = &mut searching => {}
            () = looks.third() => {}
        }
        drop(searching);
        looks
    });
    let more = looks_after(looks, &runtime);
    runtime.shutdown_background();
    if more > 0 {
        return Err(Finding::mistake("timeout-interrupts").saw(format!(
            "the client left, and the future of `search` was dropped; then {}",
            looks_began(more)
        )));
    }
    Ok(())
}

fn looks_began(more: usize) -> String {
    format!("{} more {} began", more, if more == 1 { "look" } else { "looks" })
}

/// Why a look began, though nobody waited any more.
fn stood_in_line(which: &str, gone: &str, more: usize) -> Finding {
    Finding::mistake("timeout-interrupts").saw(format!(
        "every thread of the pool was busy, {gone} before {which} look had one, and when a thread was \
         free, {}",
        looks_began(more)
    ))
}

fn no_first_look_waits_in_line() -> Verdict {
    if_it_hangs("hung");
    for dropped in [false, true] {
        let pool = Pool::paused(1);
        let full = pool.occupy();
        let (look, mut looks) = looks();
        let verdict = pool.block_on(async {
            let mut search = Box::pin(exercise::search(LIMIT, look));
            // Somebody who has threads of his own is there in a moment.
            let moment = Instant::now();
            let begun = || looks.begun.try_recv().is_ok() || moment.elapsed() > A_MOMENT;
            if let Some(found) = until(search.as_mut(), begun).await {
                return Err(Finding::unnamed("It does not search until the limit")
                    .saw(format!("0 of 100 s had gone by, and `search` returned {found:?}")));
            }
            if dropped {
                return Ok(());
            }
            time::advance(LIMIT).await;
            match until(search.as_mut(), || false).await {
                Some(None) => Ok(()),
                Some(found) => Err(Finding::unnamed("The joke is not one that was found")
                    .saw(format!("no look found any, and `search` returned {found:?}"))),
                None => Err(Finding::unnamed("The limit does not end the search").saw(
                    "every thread of the pool was busy, the limit was over, and `search` had not returned",
                )),
            }
        });
        verdict?;
        while looks.begun.try_recv().is_ok() {}
        drop(full);
        let more = pool.block_on(looks.rest_of_them());
        if more > 0 {
            let gone = match dropped {
                true => "the future of `search` was dropped",
                false => "the limit was over, and `search` returned None",
            };
            return Err(stood_in_line("the first", gone, more));
        }
    }
    Ok(())
}

fn no_second_look_waits_in_line() -> Verdict {
    if_it_hangs("hung");
    for dropped in [false, true] {
        let pool = Pool::paused(1);
        let (look, mut looks) = looks();
        // Behind the first look, and in front of the second, if that one stands in line.
        let (arrive, there) = mpsc::channel();
        let (full, freed) = mpsc::channel::<()>();
        let verdict = pool.block_on(async {
            let mut search = Box::pin(exercise::search(LIMIT, look));
            let mut first = None;
            let begun = || {
                first = looks.begun.try_recv().ok();
                first.is_some()
            };
            if until(search.as_mut(), begun).await.is_some() {
                return Ok(()); // another case says what that means
            }
            task::spawn_blocking(move || {
                let _ = arrive.send(thread::current().id());
                let _ = freed.recv();
            });
            let _ = looks.go_on.send(());
            let mut held = None;
            let next = || {
                held = there.try_recv().ok();
                held.is_some() || looks.begun.try_recv().is_ok()
            };
            until(search.as_mut(), next).await;
            if held.is_some() && held != first {
                // It looks on a thread of its own, which nobody holds.
                until(search.as_mut(), || looks.begun.try_recv().is_ok()).await;
            }
            // The task hears of the first look, and gets to the second.
            let moment = Instant::now();
            let enough = || looks.begun.try_recv().is_ok() || moment.elapsed() > A_MOMENT;
            if until(search.as_mut(), enough).await.is_some() || dropped {
                return Ok(());
            }
            time::advance(LIMIT).await;
            match until(search.as_mut(), || false).await {
                Some(_) => Ok(()),
                None => Err(Finding::unnamed("The limit does not end the search").saw(
                    "the limit was over before the second look had a thread, and `search` had not returned",
                )),
            }
        });
        verdict?;
        while looks.begun.try_recv().is_ok() {}
        drop(full);
        let more = pool.block_on(looks.rest_of_them());
        if more > 0 {
            let gone = match dropped {
                true => "the future of `search` was dropped",
                false => "the limit was over, and `search` returned None",
            };
            return Err(stood_in_line("the second", gone, more));
        }
    }
    Ok(())
}

/// While it waits, the runtime stays as it is: whatever the answer has spawned may go on.
fn looks_after(looks: Looks, runtime: &Runtime) -> usize {
    runtime.block_on(async {
        task::spawn_blocking(move || looks.rest()).await.expect("it does not panic")
    })
}
