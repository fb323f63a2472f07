use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use tokio::sync::Semaphore;

/// An operation that waits until the check lets it go on.
///
/// Give an answer `gate.pass()` as its slow operation: while it waits there, look at the
/// world (is the lock free? how many tasks are inside? what was sent?), then [`open`](Gate::open).
///
/// ```
/// # use probe::{Gate, settle, virtual_time};
/// let run = virtual_time(|| async {
///     let gate = Gate::new();
///     let inside = tokio::spawn({
///         let gate = gate.clone();
///         async move { gate.pass().await }
///     });
///     settle().await;
///     assert_eq!(gate.waiting(), 1);
///     gate.open();
///     inside.await.unwrap();
/// });
/// run.done().unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct Gate {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    permits: Semaphore,
    waiting: AtomicUsize,
}

impl Default for Gate {
    fn default() -> Gate {
        Gate {
            inner: Arc::new(Inner {
                permits: Semaphore::new(0),
                waiting: AtomicUsize::new(0),
            }),
        }
    }
}

impl Gate {
    /// A closed gate.
    pub fn new() -> Gate {
        Gate::default()
    }

    /// Waits until the gate is open, or lets one through.
    ///
    /// Cancel safe: a caller that is dropped here has not passed.
    pub async fn pass(&self) {
        struct Waiting<'a>(&'a AtomicUsize);
        impl Drop for Waiting<'_> {
            fn drop(&mut self) {
                self.0.fetch_sub(1, SeqCst);
            }
        }
        self.inner.waiting.fetch_add(1, SeqCst);
        let _waiting = Waiting(&self.inner.waiting);
        // An error means that the semaphore is closed, and that the gate is open.
        if let Ok(permit) = self.inner.permits.acquire().await {
            permit.forget();
        }
    }

    /// Opens the gate for everybody, for good.
    pub fn open(&self) {
        self.inner.permits.close();
    }

    /// Lets one caller through: the longest waiting, or else the next that comes.
    pub fn let_one_through(&self) {
        self.inner.permits.add_permits(1);
    }

    /// How many callers wait at the gate now.
    pub fn waiting(&self) -> usize {
        self.inner.waiting.load(SeqCst)
    }
}

/// Lets every other task run until all of them wait. Costs one millisecond of virtual time.
///
/// Inside [`virtual_time`](crate::virtual_time) only: there the clock moves when nothing else can,
/// so this is exact. Timers of the answer that are due within that millisecond fire too.
pub async fn settle() {
    tokio::time::sleep(Duration::from_millis(1)).await;
}
