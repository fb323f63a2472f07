//! Many futures on as many threads as care to run them.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::mem;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Wake, Waker};

use super::join_handle::{self, JoinHandle};
use super::sync::{AtomicBool, Condvar, Mutex, Ordering::SeqCst};

// ANCHOR: types
/// Runs tasks on the threads that call [`run`](Executor::run).
///
/// Dropping it drops every task that has not ended.
pub struct Executor {
    shared: Arc<Shared>,
}

struct Shared {
    queue: Mutex<Queue>,
    /// Notified when a task becomes ready, and when there is no task left.
    changed: Condvar,
}

#[derive(Default)]
struct Queue {
    /// Tasks to be polled.
    ready: VecDeque<Arc<Task>>,
    /// Tasks that have not ended, by number. A waiting task may be known to nobody else.
    alive: BTreeMap<u64, Arc<Task>>,
    next: u64,
    closed: bool,
}

// ANCHOR: task
struct Task {
    number: u64,
    /// `None` once the task has ended. Whoever polls holds the lock.
    future: Mutex<Option<Pin<Box<dyn Future<Output = ()> + Send>>>>,
    /// Whether the task is in `ready`.
    queued: AtomicBool,
    shared: Arc<Shared>,
}
// ANCHOR_END: task
// ANCHOR_END: types

// ANCHOR: wake
impl Wake for Task {
    fn wake(self: Arc<Self>) {
        if self.queued.swap(true, SeqCst) {
            return; // it is in `ready`, and its next poll has not begun
        }
        let mut queue = self.shared.queue.lock().unwrap();
        if !queue.closed {
            queue.ready.push_back(self.clone());
            self.shared.changed.notify_one();
        }
    }
}
// ANCHOR_END: wake

impl Task {
    // `swap` and not `store`: the poll must see what came before the wakes that returned early.
    // ANCHOR: poll
    fn poll_future(self: Arc<Self>) {
        // Before the poll, not after it: a wake during the poll must queue the task again.
        self.queued.swap(false, SeqCst);
        let waker = Waker::from(self.clone());
        let mut slot = self.future.lock().unwrap();
        let Some(future) = slot.as_mut() else { return }; // woken after its end
        if future.as_mut().poll(&mut Context::from_waker(&waker)).is_ready() {
            *slot = None;
            drop(slot);
            self.shared.ended(self.number);
        }
    }
    // ANCHOR_END: poll
}

impl Shared {
    // ANCHOR: spawn
    fn spawn<F>(self: &Arc<Self>, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let (job, handle) = join_handle::pair(future);
        let mut queue = self.queue.lock().unwrap();
        if queue.closed {
            drop(queue); // before `job`, whose destructor may want the lock
            return handle;
        }
        let number = queue.next;
        queue.next += 1;
        let task = Arc::new(Task {
            number,
            future: Mutex::new(Some(Box::pin(job))),
            queued: AtomicBool::new(true),
            shared: self.clone(),
        });
        queue.alive.insert(number, task.clone());
        queue.ready.push_back(task);
        self.changed.notify_one();
        handle
    }
    // ANCHOR_END: spawn

    // ANCHOR: work
    /// Polls ready tasks, and sleeps while there are none, until no task is left.
    fn work(&self) {
        while let Some(task) = self.next_ready() {
            task.poll_future();
        }
    }

    fn next_ready(&self) -> Option<Arc<Task>> {
        let mut queue = self.queue.lock().unwrap();
        loop {
            if let Some(task) = queue.ready.pop_front() {
                return Some(task);
            }
            if queue.alive.is_empty() {
                return None;
            }
            queue = self.changed.wait(queue).unwrap();
        }
    }

    // ANCHOR_END: work

    // ANCHOR: ended
    fn ended(&self, number: u64) {
        let mut queue = self.queue.lock().unwrap();
        queue.alive.remove(&number);
        if queue.alive.is_empty() {
            self.changed.notify_all();
        }
    }
    // ANCHOR_END: ended

    // ANCHOR: close
    /// Drops every task, outside of the lock: a destructor may wake or spawn.
    fn close(&self) {
        let mut queue = self.queue.lock().unwrap();
        queue.closed = true;
        let (ready, alive) = (mem::take(&mut queue.ready), mem::take(&mut queue.alive));
        drop(queue);
        self.changed.notify_all();
        drop(ready);
        for task in alive.into_values() {
            let future = task.future.lock().unwrap().take(); // waits for a poll under way
            drop(future);
        }
    }
    // ANCHOR_END: close
}

impl Executor {
    /// An executor without tasks.
    #[allow(clippy::new_without_default)]
    pub fn new() -> Executor {
        let (queue, changed) = (Mutex::new(Queue::default()), Condvar::new());
        Executor { shared: Arc::new(Shared { queue, changed }) }
    }

    /// Makes a task of a future. It is polled by the threads in [`run`](Executor::run).
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.shared.spawn(future)
    }

    /// Runs tasks on this thread until every task has ended. Several threads may call it at
    /// the same time.
    ///
    /// A task that panics has ended; its [`JoinHandle`] has the panic.
    pub fn run(&self) {
        let _inside = self.enter();
        self.work();
    }

    /// Like `run`, and leaves this thread's place for [`spawn`](crate::spawn) alone.
    pub(crate) fn work(&self) {
        self.shared.work();
    }

    /// Drops every task. Whatever is spawned from now on is dropped at once.
    pub(crate) fn close(&self) {
        self.shared.close();
    }

    /// While the result lives, [`spawn`](crate::spawn) on this thread comes here.
    pub(crate) fn enter(&self) -> Inside {
        Inside { before: CURRENT.replace(Some(self.shared.clone())) }
    }

    /// The same executor for a thread of its own: it ends with the original.
    pub(crate) fn worker(&self) -> impl FnOnce() + Send + 'static + use<> {
        let shared = self.shared.clone();
        move || {
            CURRENT.set(Some(shared.clone()));
            shared.work();
        }
    }
}

impl Drop for Executor {
    fn drop(&mut self) {
        self.close();
    }
}

impl fmt::Debug for Executor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Executor").finish_non_exhaustive()
    }
}

thread_local! {
    /// Where `spawn` finds the executor, like Tokio's.
    static CURRENT: RefCell<Option<Arc<Shared>>> = const { RefCell::new(None) };
}

/// Puts back what was current before.
#[derive(Debug)]
pub(crate) struct Inside {
    before: Option<Arc<Shared>>,
}

impl Drop for Inside {
    fn drop(&mut self) {
        CURRENT.set(self.before.take());
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}

/// Makes a task of a future, on the executor whose thread this is.
///
/// # Panics
///
/// On a thread that is neither in [`Executor::run`] nor in a [`Runtime`](crate::Runtime).
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    let shared = CURRENT.with_borrow(|current| current.clone());
    shared.expect("`spawn` needs a thread that runs an executor").spawn(future)
}
