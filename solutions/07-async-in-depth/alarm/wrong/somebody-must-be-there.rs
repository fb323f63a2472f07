//! mistake: error-became-panic
//! A oneshot channel does it all. Its receiver is in the alarm, so it is there when the callback is called.

use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::sync::oneshot;

/// Ends when the alarm goes off.
pub struct Alarm {
    rang: oneshot::Receiver<()>,
}

impl Alarm {
    /// `set` is the old library's: it sees to it that the callback is called.
    pub fn new(set: impl FnOnce(Box<dyn FnOnce() + Send>)) -> Alarm {
        let (ring, rang) = oneshot::channel();
        set(Box::new(move || ring.send(()).expect("the alarm is there")));
        Alarm { rang }
    }
}

impl Future for Alarm {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        Pin::new(&mut self.rang).poll(cx).map(drop)
    }
}
