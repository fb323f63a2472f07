//! mistake: unnamed
//! A task that is woken has waited long enough: it goes to the front.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
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
    /// Whether it is in the queue.
    queued: AtomicBool,
}

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        if !self.queued.swap(true, SeqCst) {
            self.shared.queue.lock().unwrap().ready.push_front(self.clone());
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
        let task = Task {
            future: Mutex::new(Some(Box::pin(future))),
            shared: self.shared.clone(),
            queued: AtomicBool::new(true),
        };
        let mut queue = self.shared.queue.lock().unwrap();
        queue.ready.push_back(Arc::new(task));
        queue.alive += 1;
        self.shared.changed.notify_one();
    }

    /// Runs tasks until every one of them has ended.
    pub fn run(&self) {
        while let Some(task) = self.next() {
            // Before the poll: a wake during it has to put the task into the queue again.
            // Not `store`: the poll must see what came before the wakes that returned early.
            task.queued.swap(false, SeqCst);
            let waker = Waker::from(task.clone());
            let mut slot = task.future.lock().unwrap();
            let Some(future) = slot.as_mut() else { continue };
            if future.as_mut().poll(&mut Context::from_waker(&waker)).is_ready() {
                *slot = None;
                self.shared.queue.lock().unwrap().alive -= 1;
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
