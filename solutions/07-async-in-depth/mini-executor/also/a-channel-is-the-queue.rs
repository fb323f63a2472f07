//! The queue is a channel. Each waker has a sender, and each task is kept alive by its wakers alone: when
//! the last sender is gone, nobody can ever wake anything, and `recv` says so. But a waker that
//! somebody keeps would keep `run` waiting, so the tasks are counted as well.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, mpsc};
use std::task::{Context, Wake, Waker};

/// Runs tasks on the thread that calls `run`.
pub struct Executor {
    sender: mpsc::Sender<Arc<Task>>,
    ready: Mutex<mpsc::Receiver<Arc<Task>>>,
    alive: AtomicUsize,
}

struct Task {
    future: Mutex<Option<Pin<Box<dyn Future<Output = ()> + Send>>>>,
    sender: mpsc::Sender<Arc<Task>>,
    /// Whether it is in the channel.
    queued: AtomicBool,
}

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        if !self.queued.swap(true, SeqCst) {
            let _ = self.sender.send(self.clone()); // fails when the executor is gone
        }
    }
}

impl Executor {
    /// An executor without tasks.
    pub fn new() -> Executor {
        let (sender, ready) = mpsc::channel();
        Executor { sender, ready: Mutex::new(ready), alive: AtomicUsize::new(0) }
    }

    /// Makes a task of a future. May be called inside a task, too.
    pub fn spawn(&self, future: impl Future<Output = ()> + Send + 'static) {
        self.alive.fetch_add(1, SeqCst);
        let future = Mutex::new(Some(Box::pin(future) as _));
        let (sender, queued) = (self.sender.clone(), AtomicBool::new(true));
        let task = Arc::new(Task { future, sender, queued });
        self.sender.send(task).expect("the receiver is here");
    }

    /// Runs tasks until every one of them has ended.
    pub fn run(&self) {
        let ready = self.ready.lock().unwrap();
        while self.alive.load(SeqCst) > 0 {
            let task = ready.recv().expect("a sender is here");
            task.queued.swap(false, SeqCst);
            let waker = Waker::from(task.clone());
            let mut slot = task.future.lock().unwrap();
            let Some(future) = slot.as_mut() else { continue };
            if future.as_mut().poll(&mut Context::from_waker(&waker)).is_ready() {
                *slot = None;
                self.alive.fetch_sub(1, SeqCst);
            }
        }
    }
}
