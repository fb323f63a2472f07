//! mistake: polled-unasked
//! A wake says that something has happened. To find out to whom, it polls them all.

use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex};
use std::task::{Context, Wake, Waker};

type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Runs tasks on the thread that calls `run`.
#[derive(Default)]
pub struct Executor {
    tasks: Mutex<Vec<Task>>,
    bell: Arc<Bell>,
}

#[derive(Default)]
struct Bell {
    rang: Mutex<bool>,
    changed: Condvar,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        *self.rang.lock().unwrap() = true;
        self.changed.notify_one();
    }
}

impl Executor {
    /// An executor without tasks.
    pub fn new() -> Executor {
        Executor::default()
    }

    /// Makes a task of a future. May be called inside a task, too.
    pub fn spawn(&self, future: impl Future<Output = ()> + Send + 'static) {
        self.tasks.lock().unwrap().push(Box::pin(future));
        self.bell.clone().wake();
    }

    /// Runs tasks until every one of them has ended.
    pub fn run(&self) {
        let waker = Waker::from(self.bell.clone());
        let mut waiting: Vec<Task> = Vec::new();
        loop {
            *self.bell.rang.lock().unwrap() = false;
            waiting.append(&mut self.tasks.lock().unwrap());
            waiting.retain_mut(|task| {
                task.as_mut().poll(&mut Context::from_waker(&waker)).is_pending()
            });
            if waiting.is_empty() && self.tasks.lock().unwrap().is_empty() {
                return;
            }
            let mut rang = self.bell.rang.lock().unwrap();
            while !*rang {
                rang = self.bell.changed.wait(rang).unwrap();
            }
        }
    }
}
