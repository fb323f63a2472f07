//! The smallest executor: one future, one thread.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use super::sync::thread::{self, Thread};
use super::sync::{AtomicBool, Ordering::SeqCst};

// ANCHOR: block_on
/// Runs a future to its end on this thread, which sleeps while the future waits.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let sleeper =
        Arc::new(Sleeper { thread: thread::current(), woken: AtomicBool::new(true) });
    let waker = Waker::from(sleeper.clone());
    let mut cx = Context::from_waker(&waker);
    loop {
        if sleeper.woken.swap(false, SeqCst) {
            if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
                return output;
            }
        } else {
            // Returns at once if `unpark` came first, and sometimes for no reason.
            thread::park();
        }
    }
}

// ANCHOR_END: block_on

/// `wake` does not `store`: the next poll must see what came before *any* wake so far.
// ANCHOR: sleeper
struct Sleeper {
    thread: Thread,
    woken: AtomicBool,
}

impl Wake for Sleeper {
    fn wake(self: Arc<Self>) {
        self.woken.swap(true, SeqCst);
        self.thread.unpark();
    }
}
// ANCHOR_END: sleeper
