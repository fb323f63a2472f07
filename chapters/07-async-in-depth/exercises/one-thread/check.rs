//! The services answer from another thread. Counts how often they are polled, and how often the task around them.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/07-async-in-depth/one-thread/solution.rs"
)]
mod exercise;

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::mpsc;
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

use probe::words::{duration, times};
use probe::{
    Busy, CountPolls, CountWaker, End, Finding, Strict, StrictLog, Verdict, if_it_spins,
    if_it_waits, virtual_time,
};
use tokio::runtime::Builder;
use tokio::time::timeout;

probe::main!(
    "07-one-thread",
    [
        the_thread_is_free_in_between,
        both_are_asked_at_the_same_time,
        the_greeting_is_right,
        the_greeting_is_right_whoever_comes_first,
        nobody_asks_without_news,
    ]
);

/// Answers after this many trips to another thread.
struct Service<'a> {
    trips: usize,
    polls: &'a Cell<usize>,
    thread: mpsc::Sender<Waker>,
}

impl Future for Service<'_> {
    type Output = String;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<String> {
        self.polls.set(self.polls.get() + 1);
        if self.trips == 0 {
            return Poll::Ready("an answer".into());
        }
        self.trips -= 1;
        self.thread.send(cx.waker().clone()).expect("the other thread is there");
        Poll::Pending
    }
}

/// Real time in which nothing happens any more: only an answer that is wrong waits so long.
const PATIENCE: Duration = Duration::from_secs(4);

fn the_thread_is_free_in_between() -> Verdict {
    if_it_waits(
        Finding::mistake("foreign-block-on")
            .saw("a service had not answered, and the poll of the task that it runs in did not return"),
    );
    if_it_spins(
        Finding::unnamed("A poll went on without end")
            .saw("a service had not answered, and the poll of the task that it runs in did not return")
            .because("a loop inside of one poll keeps the thread, and whatever the loop waits for needs it"),
    );
    for slow_first in [true, false] {
        free_in_between(slow_first)?;
    }
    Ok(())
}

fn free_in_between(slow_first: bool) -> Verdict {
    let (thread, wakers) = mpsc::channel::<Waker>();
    thread::spawn(move || wakers.into_iter().for_each(Waker::wake));
    let (slow, quick) = (Cell::new(0), Cell::new(0));
    let slow_service = Service { trips: 64, polls: &slow, thread: thread.clone() };
    let quick_service = Service { trips: 0, polls: &quick, thread };
    let slow_service = Strict::new("the service that took longer", slow_service);
    let quick_service = Strict::new("the service that answered first", quick_service);
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let (first, second) = if slow_first {
        (slow_service, quick_service)
    } else {
        (quick_service, slow_service)
    };
    let logs = [first.log(), second.log()];
    let task = CountPolls::new(exercise::greeting(first, second)).budget(10_000);
    let mut task = pin!(task);
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        runtime.block_on(async { timeout(PATIENCE, task.as_mut()).await })
    }));
    logs.iter().try_for_each(StrictLog::verdict)?;
    let ended = match outcome {
        Ok(ended) => ended,
        Err(panic) => {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
            let text = text.unwrap_or_default();
            if probe::is_of_a_runtime(text) {
                return Err(Finding::mistake("runtime-is-everywhere")
                    .saw(format!("a panic: {text}")));
            }
            std::panic::resume_unwind(panic);
        }
    };
    let (inner, outer) = (slow.get(), task.polls());
    match ended {
        Err(_) => {
            return Err(Finding::mistake("pending-without-waker").saw(format!(
                "a service was polled {}, and then woke the waker that it was given; the task was polled {}, and not again",
                times(inner),
                times(outer)
            )));
        }
        Ok(Err(Busy)) => return nobody_asks_without_news(),
        Ok(Ok(_)) => {}
    }
    // Each poll of the slow service after its first follows a wake, and a wake has the task polled. Not one
    // for one: a task may poll it twice in a row, when the other service has just answered.
    if 2 * outer < inner {
        return Err(Finding::mistake("foreign-block-on").saw(format!(
            "a service was polled {}, and the task that it runs in {}: in between, nobody else could use the thread",
            times(inner),
            times(outer)
        )));
    }
    Ok(())
}

/// Answers after two steps of so many milliseconds, so that a poll to start it is not enough.
async fn in_two_steps(ms: u64, answer: &str) -> String {
    tokio::time::sleep(Duration::from_millis(ms)).await;
    tokio::time::sleep(Duration::from_millis(ms)).await;
    answer.into()
}

fn both_are_asked_at_the_same_time() -> Verdict {
    for (name_ms, weather_ms) in [(50, 40), (40, 50)] {
        let name = Strict::new("the service for the name", in_two_steps(name_ms, "Ann"));
        let weather =
            Strict::new("the service for the weather", in_two_steps(weather_ms, "rain"));
        let logs = [name.log(), weather.log()];
        let run = virtual_time(|| exercise::greeting(name, weather));
        logs.iter().try_for_each(StrictLog::verdict)?;
        if let End::Panicked(note) = &run.end
            && note.message.contains("resumed after completion")
        {
            return Err(Finding::mistake("polled-after-done").saw(format!(
                "a service had answered and was polled again: {}",
                note.message
            )));
        }
        if matches!(run.end, End::Busy) {
            return nobody_asks_without_news();
        }
        let (_, stats) = run.done()?;
        let took = format!(
            "two services, of {} and {} ms, took {}",
            2 * name_ms,
            2 * weather_ms,
            duration(stats.elapsed)
        );
        if let Some(log) = logs.iter().find(|log| !log.done()) {
            let (mistake, what) = match log.polls() {
                0 => ("lazy-future", "never polled"),
                _ => ("select-keeps-progress", "dropped before it had answered"),
            };
            return Err(
                Finding::mistake(mistake).saw(format!("{took}: one of them was {what}"))
            );
        }
        match stats.elapsed.as_millis() {
            100 => {}
            180 => return Err(Finding::mistake("await-in-sequence").saw(took)),
            130 | 140 => {
                return Err(Finding::mistake("await-in-sequence").saw(format!(
                    "{took}, each of them in two steps: the second step of one came after the other's answer",
                )));
            }
            _ => {
                return Err(Finding::unnamed(
                    "The greeting came later than both answers",
                )
                .saw(took));
            }
        }
    }
    Ok(())
}

/// There are four events in an hour. A poll too many does no harm, a thousand keep the thread from its sleep.
fn nobody_asks_without_news() -> Verdict {
    const MANY: usize = 40;
    let service = |minutes: u64, answer| in_two_steps(minutes * 60_000, answer);
    let greeting = exercise::greeting(service(25, "Ann"), service(20, "rain"));
    let run = virtual_time(|| CountPolls::new(greeting).budget(MANY));
    let (ended, stats) = run.done()?;
    match ended.as_deref() {
        Ok("hello, Ann: rain") => return Ok(()),
        Ok(greeting) => {
            return Err(Finding::unnamed("A service that took its time was given up")
                .saw(format!(
                    "two services took 50 and 40 minutes; after {}, the greeting was {greeting:?}",
                    duration(stats.elapsed)
                ))
                .because("nothing is said of how long a service may take, so a greeting waits for both"));
        }
        Err(Busy) => {}
    }
    let mistake = if wakes_itself() { "self-wake-spin" } else { "asked-without-news" };
    Err(Finding::mistake(mistake).saw(format!(
        "two services took 50 and 40 minutes, each of them in two steps; after {}, the task had been polled {MANY} times",
        duration(stats.elapsed)
    )))
}

/// Whether a poll wakes its own task at once, before it has returned.
fn wakes_itself() -> bool {
    let task = CountWaker::new();
    let _ = virtual_time(|| async {
        let mut greeting =
            Box::pin(exercise::greeting(std::future::pending(), std::future::pending()));
        let _ = task.poll(&mut greeting);
    });
    task.wakes() > 0
}

fn the_greeting_is_right() -> Verdict {
    let (greeting, _) = virtual_time(|| {
        let name = Strict::new("the service for the name", async { "Ann".into() });
        let weather = Strict::new("the service for the weather", async { "rain".into() });
        exercise::greeting(name, weather)
    })
    .done()?;
    match &*greeting {
        "hello, Ann: rain" => Ok(()),
        _ => Err(Finding::unnamed("The greeting is wrong")
            .saw(format!("for Ann, in the rain: {greeting:?}"))),
    }
}

fn the_greeting_is_right_whoever_comes_first() -> Verdict {
    for (name_ms, weather_ms) in [(50, 40), (40, 50), (0, 10), (10, 0), (10, 10)] {
        let (greeting, _) = virtual_time(|| {
            exercise::greeting(
                in_two_steps(name_ms, "Ann"),
                in_two_steps(weather_ms, "rain"),
            )
        })
        .done()?;
        let finding = match &*greeting {
            "hello, Ann: rain" => continue,
            "hello, rain: Ann" => Finding::mistake("completion-order"),
            _ => Finding::unnamed("The greeting is wrong"),
        };
        return Err(finding.saw(format!(
            "the name, Ann, came after {} ms, and the weather, rain, after {} ms: {greeting:?}",
            2 * name_ms,
            2 * weather_ms
        )));
    }
    Ok(())
}
