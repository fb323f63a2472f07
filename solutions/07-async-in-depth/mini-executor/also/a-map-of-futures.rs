//! The queue holds numbers, and a map has the futures. A future is out of the map while it is polled, so no lock is held;
//! and a number that leads nowhere belongs to a task that has ended.

use std::collections::{HashMap, VecDeque};
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex};
use std::task::{Context, Wake, Waker};

/// Runs tasks on the thread that calls `run`.
#[derive(Default)]
pub struct Executor {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    next: usize,
    alive: usize,
    tasks: HashMap<usize, Pin<Box<dyn Future<Output = ()> + Send>>>,
    ready: VecDeque<usize>,
}

struct Number {
    number: usize,
    shared: Arc<Shared>,
}

impl Wake for Number {
    fn wake(self: Arc<Self>) {
        let mut state = self.shared.state.lock().unwrap();
        if !state.ready.contains(&self.number) {
            state.ready.push_back(self.number);
            self.shared.changed.notify_one();
        }
    }
}

impl Executor {
    /// An executor without tasks.
    pub fn new() -> Executor {
        Executor::default()
    }

    /// Makes a task of a future. May be called inside a task, too.
    pub fn spawn(&self, future: impl Future<Output = ()> + Send + 'static) {
        let mut state = self.shared.state.lock().unwrap();
        let number = state.next;
        state.next += 1;
        state.alive += 1;
        state.tasks.insert(number, Box::pin(future));
        state.ready.push_back(number);
        self.shared.changed.notify_one();
    }

    /// Runs tasks until every one of them has ended.
    pub fn run(&self) {
        let mut state = self.shared.state.lock().unwrap();
        while state.alive > 0 {
            let Some(number) = state.ready.pop_front() else {
                state = self.shared.changed.wait(state).unwrap();
                continue;
            };
            let Some(mut task) = state.tasks.remove(&number) else { continue };
            drop(state);
            let waker =
                Waker::from(Arc::new(Number { number, shared: self.shared.clone() }));
            let ended = task.as_mut().poll(&mut Context::from_waker(&waker)).is_ready();
            let left = (!ended).then_some(task); // or it is dropped here, without the lock
            state = self.shared.state.lock().unwrap();
            match left {
                Some(task) => drop(state.tasks.insert(number, task)),
                None => state.alive -= 1,
            }
        }
    }
}
