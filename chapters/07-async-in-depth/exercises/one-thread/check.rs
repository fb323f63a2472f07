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

use probe::{CountPolls, End, Finding, Verdict};
use tokio::runtime::Builder;

probe::main!(
    "07-one-thread",
    [
        the_thread_is_free_in_between,
        both_are_asked_at_the_same_time,
        the_greeting_is_right
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

fn the_thread_is_free_in_between() -> Verdict {
    probe::if_it_hangs("foreign-block-on");
    let (thread, wakers) = mpsc::channel::<Waker>();
    thread::spawn(move || wakers.into_iter().for_each(Waker::wake));
    let (slow, quick) = (Cell::new(0), Cell::new(0));
    let slow_service = Service { trips: 64, polls: &slow, thread: thread.clone() };
    let quick_service = Service { trips: 0, polls: &quick, thread };
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let task = CountPolls::new(exercise::greeting(slow_service, quick_service));
    let mut task = pin!(task);
    let outcome = catch_unwind(AssertUnwindSafe(|| runtime.block_on(task.as_mut())));
    if let Err(panic) = outcome {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
        let text = text.unwrap_or_default();
        if probe::is_of_a_runtime(text) {
            return Err(
                Finding::mistake("runtime-is-everywhere").saw(format!("a panic: {text}"))
            );
        }
        std::panic::resume_unwind(panic);
    }
    // Each poll of the slow service after its first follows a wake, and a wake has the task polled. Not one
    // for one: a task may poll it twice in a row, when the other service has just answered.
    let (inner, outer) = (slow.get(), task.polls());
    if 2 * outer < inner {
        return Err(Finding::mistake("foreign-block-on").saw(format!(
            "a service was polled {inner} times, and the task that it runs in {outer} time(s): in between, nobody else could use the thread"
        )));
    }
    Ok(())
}

fn both_are_asked_at_the_same_time() -> Verdict {
    // In two steps, so that a poll to start it is not enough.
    let service = |ms| async move {
        tokio::time::sleep(Duration::from_millis(ms)).await;
        tokio::time::sleep(Duration::from_millis(ms)).await;
        String::new()
    };
    let run = probe::virtual_time(|| exercise::greeting(service(50), service(40)));
    if let End::Panicked(note) = &run.end
        && note.message.contains("resumed after completion")
    {
        return Err(Finding::mistake("polled-after-done").saw(format!(
            "a service had answered and was polled again: {}",
            note.message
        )));
    }
    let (_, stats) = run.done()?;
    match stats.elapsed.as_millis() {
        100 => {}
        180 => {
            return Err(Finding::mistake("await-in-sequence")
                .saw("two services, of 100 and 80 ms, took 180 ms"));
        }
        ms @ 130 | ms @ 140 => {
            return Err(Finding::mistake("await-in-sequence").saw(format!(
                "two services of two steps each, 100 and 80 ms in all, took {ms} ms: the second step of one came after the other's answer",
            )));
        }
        ms => {
            return Err(Finding::unnamed("The greeting took too long")
                .saw(format!("two services, of 100 and 80 ms, took {ms} ms")));
        }
    }
    // There are four events, and a poll too many does no harm.
    if stats.polls > 20 {
        return Err(Finding::unnamed("It asked again and again")
            .saw(format!(
                "two services, of 100 and 80 ms, were waited for, and the task was polled {} times",
                stats.polls
            ))
            .because("Whoever has the task's waker wakes it when there is something new."));
    }
    Ok(())
}

fn the_greeting_is_right() -> Verdict {
    let (greeting, _) = probe::virtual_time(|| {
        exercise::greeting(async { "Ann".into() }, async { "rain".into() })
    })
    .done()?;
    if greeting != "hello, Ann: rain" {
        return Err(Finding::unnamed("The greeting is wrong")
            .saw(format!("for Ann, in the rain: {greeting:?}")));
    }
    Ok(())
}
