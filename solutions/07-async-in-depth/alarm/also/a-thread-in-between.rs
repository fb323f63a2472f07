//! A thread of its own waits for the ring, and wakes. It costs a thread for each alarm, and nobody minds that the
//! wake comes a little after the callback.

use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex};
use std::task::{Context, Poll, Waker};
use std::thread;

/// Ends when the alarm goes off.
pub struct Alarm {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    rang: bool,
    waiting: Option<Waker>,
}

impl Alarm {
    /// `set` is the old library's: it sees to it that the callback is called.
    pub fn new(set: impl FnOnce(Box<dyn FnOnce() + Send>)) -> Alarm {
        let shared = Arc::new(Shared::default());
        let (rings, waits) = (shared.clone(), shared.clone());
        thread::spawn(move || {
            let state = waits.state.lock().unwrap();
            let mut state = waits.changed.wait_while(state, |s| !s.rang).unwrap();
            let waiting = state.waiting.take();
            drop(state);
            if let Some(waker) = waiting {
                waker.wake();
            }
        });
        set(Box::new(move || {
            rings.state.lock().unwrap().rang = true;
            rings.changed.notify_one();
        }));
        Alarm { shared }
    }
}

impl Future for Alarm {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut state = self.shared.state.lock().unwrap();
        if state.rang {
            return Poll::Ready(());
        }
        state.waiting = Some(cx.waker().clone());
        Poll::Pending
    }
}
