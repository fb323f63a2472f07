//! Sets the flag before each call that `poll` makes, one after the other, and after the last: every order
//! in which it can happen.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/07-async-in-depth/look-again/solution.rs"
)]
mod exercise;

use std::cell::{Cell, RefCell};
use std::task::Waker;
use std::thread;
use std::time::Duration;

use exercise::{Flag, Wait};
use probe::words::{count, times};
use probe::{CountWaker, Finding, Verdict};

probe::main!(
    "07-look-again",
    [
        nobody_is_woken_without_the_flag,
        a_flag_set_later_wakes,
        the_task_that_polled_last_is_woken,
        the_task_that_came_back_is_woken,
        a_flag_set_during_the_first_poll_is_not_missed,
        a_flag_set_during_a_later_poll_is_not_missed,
        a_flag_set_during_a_later_poll_of_the_same_task_is_not_missed,
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
    // Of a wait that was polled once, and never after that.
    let (mut once, silent) = (Box::pin(Wait::new(&flag)), CountWaker::new());
    if silent.poll(&mut once).is_ready() {
        return Err(flag.early(1));
    }
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
    // For a thread that somebody may have started. Whoever is right has none.
    thread::sleep(Duration::from_millis(120));
    match task.wakes() + silent.wakes() {
        0 => Ok(()),
        n => Err(Finding::mistake("self-wake-spin").saw(format!(
            "the flag was not set, and after the polls somebody woke the task, {}",
            times(n)
        ))),
    }
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
    if task.poll(&mut wait).is_pending() {
        return Err(Finding::unnamed("The wait does not end").saw(
            "the flag was set, the task was woken, and its next poll returned `Pending`",
        ));
    }
    Ok(())
}

/// The tasks that poll, in order; the last of them has to be woken, and its next poll ends the wait.
fn the_last_of(order: &[usize]) -> Verdict {
    let flag = Script::default();
    let mut wait = Box::pin(Wait::new(&flag));
    let tasks = [CountWaker::new(), CountWaker::new()];
    let names: Vec<&str> = order.iter().map(|task| ["A", "B"][*task]).collect();
    let story = format!("polled by {}", names.join(", then by "));
    for (poll, task) in order.iter().enumerate() {
        if tasks[*task].poll(&mut wait).is_ready() {
            return Err(flag.early(poll + 1));
        }
        if let Some(woken) = tasks.iter().position(|task| task.wakes() > 0) {
            return Err(Finding::unnamed("A task was woken without the flag")
                .saw(format!("{story}: {} was woken before the flag was set", ["A", "B"][woken]))
                .because("a wake says that there is something to see, and there is nothing yet"));
        }
    }
    let last = order[order.len() - 1];
    flag.set();
    if tasks[last].wakes() == 0 {
        return Err(Finding::mistake("stale-waker").saw(format!(
            "{story}; when the flag was set, {} was woken {}, and {} was not",
            ["B", "A"][last],
            times(tasks[1 - last].wakes()),
            ["A", "B"][last],
        )));
    }
    if tasks[last].poll(&mut wait).is_pending() {
        return Err(Finding::unnamed("The wait does not end").saw(format!(
            "{story}; the flag was set, {} was woken, and its next poll returned `Pending`",
            ["A", "B"][last]
        )));
    }
    Ok(())
}

fn the_task_that_polled_last_is_woken() -> Verdict {
    the_last_of(&[0, 1])
}

fn the_task_that_came_back_is_woken() -> Verdict {
    the_last_of(&[0, 1, 0])?;
    the_last_of(&[0, 0, 1, 1])?;
    the_last_of(&[0, 0, 0])
}

/// Sets the flag before each call of the poll that follows `polls` others, of other tasks or of the same.
fn at_every_call(polls: usize, same: bool) -> Verdict {
    for call in 0..A_LOT {
        let flag = Script::default();
        let mut wait = Box::pin(Wait::new(&flag));
        let task = CountWaker::new();
        for poll in 1..=polls {
            let before = if same { task.clone() } else { CountWaker::new() };
            if before.poll(&mut wait).is_ready() {
                return Err(flag.early(poll));
            }
        }
        let first = flag.calls.get();
        flag.before.set(Some(first + call));
        let ended = task.poll(&mut wait).is_ready();
        if !flag.set.get() {
            return Ok(()); // the poll made no more calls than those we have been through
        }
        if !ended && task.wakes() == 0 {
            return Err(Finding::mistake("check-then-register").saw(format!(
                "the flag was set right before call {} of the {} of one poll; it returned `Pending`, and its task was not woken",
                call + 1,
                count(flag.calls.get() - first, "call")
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
    at_every_call(0, false)
}

fn a_flag_set_during_a_later_poll_is_not_missed() -> Verdict {
    at_every_call(1, false)?;
    at_every_call(2, false)
}

fn a_flag_set_during_a_later_poll_of_the_same_task_is_not_missed() -> Verdict {
    at_every_call(1, true)?;
    at_every_call(2, true)
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
