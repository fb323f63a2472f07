//! mistake: poll-waits
//! A channel brings the ring, and `recv` waits for it without using any CPU.

use std::pin::Pin;
use std::sync::mpsc;
use std::task::{Context, Poll};

/// Ends when the alarm goes off.
pub struct Alarm {
    rings: mpsc::Receiver<()>,
}

impl Alarm {
    /// `set` is the old library's: it sees to it that the callback is called.
    pub fn new(set: impl FnOnce(Box<dyn FnOnce() + Send>)) -> Alarm {
        let (ring, rings) = mpsc::channel();
        set(Box::new(move || {
            let _ = ring.send(());
        }));
        Alarm { rings }
    }
}

impl Future for Alarm {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        let _ = self.rings.recv();
        Poll::Ready(())
    }
}
