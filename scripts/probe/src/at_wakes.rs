use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::task::{Context, Wake, Waker};

use tokio::task::unconstrained;

/// Polls a future at once, and from then on right within each of its wakes, whoever makes them.
///
/// So a sender that waits for room fills it in the very call that makes it: an answer that empties a queue with
/// `try_recv` finds it full again, as if another thread did nothing but send. And it does so every time.
///
/// ```
/// use tokio::sync::mpsc;
///
/// let (sender, mut queue) = mpsc::channel(4);
/// probe::poll_at_wakes(async move {
///     for number in 0..100 {
///         let _ = sender.send(number).await;
///     }
/// });
/// let mut taken = 0;
/// while queue.try_recv().is_ok() {
///     taken += 1;
/// }
/// assert_eq!(taken, 100);
/// ```
pub fn poll_at_wakes(future: impl Future<Output = ()> + Send + 'static) {
    let future = Mutex::new(Some(Box::pin(unconstrained(future)) as Boxed));
    Arc::new(AtWakes { future, woken: AtomicBool::new(false) }).wake();
}

type Boxed = Pin<Box<dyn Future<Output = ()> + Send>>;

struct AtWakes {
    /// `None` once it has returned.
    future: Mutex<Option<Boxed>>,
    woken: AtomicBool,
}

impl Wake for AtWakes {
    fn wake(self: Arc<AtWakes>) {
        self.woken.store(true, SeqCst);
        let waker = Waker::from(self.clone());
        // If the lock is taken, this wake comes from within the poll, and the loop there sees it.
        while let Ok(mut future) = self.future.try_lock() {
            if !self.woken.swap(false, SeqCst) {
                return;
            }
            let Some(running) = &mut *future else { return };
            if running.as_mut().poll(&mut Context::from_waker(&waker)).is_ready() {
                *future = None;
            }
        }
    }
}
