//! Sets the flag before each call that `poll` makes, one after the other, and after the last: every order
//! in which it can happen.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/07-async-in-depth/look-again/solution.rs"
)]
mod exercise;

use std::cell::{Cell, RefCell};
use std::task::Waker;

use exercise::{Flag, Wait};
use probe::{CountWaker, Finding, Verdict};

probe::main!(
    "07-look-again",
    [
        nobody_is_woken_without_the_flag,
        a_flag_set_later_wakes,
        the_task_that_polled_last_is_woken,
        a_flag_set_during_the_first_poll_is_not_missed,
        a_flag_set_during_a_later_poll_is_not_missed,
        a_flag_that_is_set_ends_the_wait,
    ]
);

/// No poll needs that many calls.
const A_LOT: usize = 1_000;

/// A flag that is set right before a call, counted over all calls from 0.
#[derive(Default)]
struct Script {
    set: Cell<bool>,
    waiting: RefCell<Option<Waker>>,
    registered: Cell<bool>,
    calls: Cell<usize>,
    before: Cell<Option<usize>>,
}

impl Script {
    fn set(&self) {
        self.set.set(true);
        let waiting = self.waiting.borrow_mut().take();
        if let Some(waker) = waiting {
            waker.wake();
        }
    }

    fn step(&self) {
        if self.before.get() == Some(self.calls.get()) {
            self.set();
        }
        self.calls.set(self.calls.get() + 1);
        if self.calls.get() > A_LOT {
            self.set.set(true); // so that a loop that waits for it ends
        }
    }

    /// What a poll that returned `Ready` too early has done.
    fn early(&self, poll: usize) -> Finding {
        if self.calls.get() > A_LOT {
            return Finding::mistake("poll-waits").saw(format!(
                "the flag was not set, and one poll called it more than {A_LOT} times"
            ));
        }
        Finding::mistake("wake-is-the-news")
            .saw(format!("poll {poll} returned `Ready`, and the flag was not set"))
    }
}

impl Flag for Script {
    fn is_set(&self) -> bool {
        self.step();
        self.set.get()
    }

    fn register(&self, waker: &Waker) {
        self.step();
        self.registered.set(true);
        *self.waiting.borrow_mut() = Some(waker.clone());
    }
}

fn nobody_is_woken_without_the_flag() -> Verdict {
    probe::if_it_hangs(
        Finding::mistake("poll-waits").saw("the flag was not set, and `poll` was called"),
    );
    let flag = Script::default();
    let (mut wait, task) = (Box::pin(Wait::new(&flag)), CountWaker::new());
    for poll in 1..=3 {
        if task.poll(&mut wait).is_ready() {
            return Err(flag.early(poll));
        }
        if task.wakes() > 0 {
            return Err(Finding::mistake("self-wake-spin")
                .saw("the flag was not set, and `poll` woke its own task"));
        }
    }
    Ok(())
}

fn a_flag_set_later_wakes() -> Verdict {
    let flag = Script::default();
    let (mut wait, task) = (Box::pin(Wait::new(&flag)), CountWaker::new());
    if task.poll(&mut wait).is_ready() {
        return Err(flag.early(1));
    }
    flag.set();
    if task.wakes() == 0 {
        return Err(Finding::mistake("pending-without-waker").saw(
            "`poll` returned `Pending` without a waker registered; then the flag was set, and nobody was woken",
        ));
    }
    Ok(())
}

fn the_task_that_polled_last_is_woken() -> Verdict {
    let flag = Script::default();
    let mut wait = Box::pin(Wait::new(&flag));
    let [a, b] = [CountWaker::new(), CountWaker::new()];
    if a.poll(&mut wait).is_ready() || b.poll(&mut wait).is_ready() {
        return Err(flag.early(2));
    }
    flag.set();
    if b.wakes() == 0 {
        return Err(Finding::mistake("stale-waker").saw(format!(
            "polled by A, then by B; when the flag was set, A was woken {} time(s) and B never",
            a.wakes()
        )));
    }
    Ok(())
}

/// Sets the flag before each call of the poll that follows `polls` others.
fn at_every_call(polls: usize) -> Verdict {
    for call in 0..100 {
        let flag = Script::default();
        let mut wait = Box::pin(Wait::new(&flag));
        for poll in 1..=polls {
            if CountWaker::new().poll(&mut wait).is_ready() {
                return Err(flag.early(poll));
            }
        }
        let first = flag.calls.get();
        flag.before.set(Some(first + call));
        let task = CountWaker::new();
        let ended = task.poll(&mut wait).is_ready();
        if !flag.set.get() {
            return Ok(()); // the poll made no more calls than those we have been through
        }
        if !ended && task.wakes() == 0 {
            return Err(Finding::mistake("check-then-register").saw(format!(
                "the flag was set right before call {} of the {} calls of one poll; it returned `Pending`, and its task was not woken",
                call + 1,
                flag.calls.get() - first
            )));
        }
        if !ended && task.poll(&mut wait).is_pending() {
            return Err(Finding::unnamed("The wait does not end")
                .saw("the flag was set, the task was woken, and its next poll returned `Pending`"));
        }
    }
    Ok(())
}

fn a_flag_set_during_the_first_poll_is_not_missed() -> Verdict {
    at_every_call(0)
}

fn a_flag_set_during_a_later_poll_is_not_missed() -> Verdict {
    at_every_call(1)?;
    at_every_call(2)
}

fn a_flag_that_is_set_ends_the_wait() -> Verdict {
    let flag = Script::default();
    flag.set();
    let (mut wait, task) = (Box::pin(Wait::new(&flag)), CountWaker::new());
    if task.poll(&mut wait).is_ready() || task.wakes() > 0 {
        return Ok(());
    }
    Err(Finding::unnamed("The wait does not end")
        .saw("the flag was set before the first poll, which returned `Pending` and woke nobody"))
}
