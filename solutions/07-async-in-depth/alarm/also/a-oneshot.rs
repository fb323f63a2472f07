//! A `oneshot` does all of this: what it sends is kept, and it wakes whoever polled last. The callback
//! must not be dropped uncalled, and here it is not, so an error means nothing new.

use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::sync::oneshot;

/// Ends when the alarm goes off.
pub struct Alarm {
    rings: oneshot::Receiver<()>,
}

impl Alarm {
    /// `set` is the old library's: it sees to it that the callback is called.
    pub fn new(set: impl FnOnce(Box<dyn FnOnce() + Send>)) -> Alarm {
        let (ring, rings) = oneshot::channel();
        set(Box::new(move || {
            let _ = ring.send(()); // nobody may be waiting any more
        }));
        Alarm { rings }
    }
}

impl Future for Alarm {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        Pin::new(&mut self.rings).poll(cx).map(drop)
    }
}
