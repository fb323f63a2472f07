//! mistake: notify-remembers
//! `Notify` wakes whoever waits.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::sync::Notify;

/// Ends when the alarm goes off.
pub struct Alarm {
    notify: Arc<Notify>,
    waiting: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

impl Alarm {
    /// `set` is the old library's: it sees to it that the callback is called.
    pub fn new(set: impl FnOnce(Box<dyn FnOnce() + Send>)) -> Alarm {
        let notify = Arc::new(Notify::new());
        let ours = notify.clone();
        set(Box::new(move || ours.notify_waiters()));
        Alarm { notify, waiting: None }
    }
}

impl Future for Alarm {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let notify = self.notify.clone();
        let waiting = self
            .waiting
            .get_or_insert_with(|| Box::pin(async move { notify.notified().await }));
        waiting.as_mut().poll(cx)
    }
}
