//! Four states, as in Tokio: a wake during the poll is noted, and after the poll the task goes back to
//! the queue. With several threads, none would ever wait for another one's poll.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::atomic::{AtomicU8, Ordering::SeqCst};
use std::sync::{Arc, Condvar, Mutex};
use std::task::{Context, Wake, Waker};

/// Runs tasks on the thread that calls `run`.
#[derive(Default)]
pub struct Executor {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    queue: Mutex<Queue>,
    /// Notified when there is something new in the queue.
    changed: Condvar,
}

#[derive(Default)]
struct Queue {
    /// Tasks to be polled.
    ready: VecDeque<Arc<Task>>,
    /// How many tasks have not ended.
    alive: usize,
}

struct Task {
    /// `None` once it has ended.
    future: Mutex<Option<Pin<Box<dyn Future<Output = ()> + Send>>>>,
    shared: Arc<Shared>,
    state: AtomicU8,
}

/// Nobody has woken it.
const WAITING: u8 = 0;
/// It is in the queue.
const QUEUED: u8 = 1;
/// It is being polled.
const POLLED: u8 = 2;
/// It is being polled, and has to be polled again.
const WOKEN: u8 = 3;

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        // Written even if it stays as it is: the next poll has to see what came before this wake.
        let next = |state| match state {
            WAITING => Some(QUEUED),
            POLLED => Some(WOKEN),
            _ => Some(state),
        };
        if self.state.fetch_update(SeqCst, SeqCst, next) == Ok(WAITING) {
            self.push();
        }
    }
}

impl Task {
    fn push(self: Arc<Self>) {
        self.shared.queue.lock().unwrap().ready.push_back(self.clone());
        self.shared.changed.notify_one();
    }
}

impl Executor {
    /// An executor without tasks.
    pub fn new() -> Executor {
        Executor::default()
    }

    /// Makes a task of a future. May be called inside a task, too.
    pub fn spawn(&self, future: impl Future<Output = ()> + Send + 'static) {
        let task = Task {
            future: Mutex::new(Some(Box::pin(future))),
            shared: self.shared.clone(),
            state: AtomicU8::new(QUEUED),
        };
        let mut queue = self.shared.queue.lock().unwrap();
        queue.ready.push_back(Arc::new(task));
        queue.alive += 1;
        self.shared.changed.notify_one();
    }

    /// Runs tasks until every one of them has ended.
    pub fn run(&self) {
        while let Some(task) = self.next() {
            // Not `store`, which takes no notice of what the wakes before it have written.
            task.state.swap(POLLED, SeqCst);
            let waker = Waker::from(task.clone());
            let mut slot = task.future.lock().unwrap();
            let Some(future) = slot.as_mut() else { continue };
            if future.as_mut().poll(&mut Context::from_waker(&waker)).is_ready() {
                *slot = None;
                self.shared.queue.lock().unwrap().alive -= 1;
                continue;
            }
            drop(slot);
            if task.state.compare_exchange(POLLED, WAITING, SeqCst, SeqCst).is_err() {
                task.state.swap(QUEUED, SeqCst);
                task.push();
            }
        }
    }

    /// The next task that is ready, as soon as there is one; `None` if no task is left.
    fn next(&self) -> Option<Arc<Task>> {
        let mut queue = self.shared.queue.lock().unwrap();
        loop {
            if let Some(task) = queue.ready.pop_front() {
                return Some(task);
            }
            if queue.alive == 0 {
                return None;
            }
            queue = self.shared.changed.wait(queue).unwrap();
        }
    }
}
