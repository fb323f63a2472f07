//! Three ways to return `Pending`, counted: with no wake to come, with a wake at once, and with
//! a wake when it is time.
//!
//! ```console
//! $ cargo run --example 07-wakes
//! ```

use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

// ANCHOR: door
#[derive(Default)]
struct Door {
    open: bool,
    waiting: Option<Waker>,
}

type SharedDoor = Arc<Mutex<Door>>;
// ANCHOR_END: door

struct Lost(SharedDoor);

impl Future for Lost {
    type Output = ();

    // ANCHOR: lost
    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if self.0.lock().unwrap().open { Poll::Ready(()) } else { Poll::Pending }
    }
    // ANCHOR_END: lost
}

struct Busy(SharedDoor);

impl Future for Busy {
    type Output = ();

    // ANCHOR: busy
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.0.lock().unwrap().open {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }
    // ANCHOR_END: busy
}

// ANCHOR: right
struct Right(SharedDoor);

impl Future for Right {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut door = self.0.lock().unwrap();
        if door.open {
            return Poll::Ready(());
        }
        door.waiting = Some(cx.waker().clone());
        Poll::Pending
    }
}
// ANCHOR_END: right

#[derive(Default)]
struct Count(AtomicUsize);

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Relaxed);
    }
}

/// Polls when it was woken, as an executor does, and opens the door after 1,000 turns.
fn drive<F: Future + Unpin>(name: &str, future: impl FnOnce(SharedDoor) -> F) {
    let door = SharedDoor::default();
    let mut future = future(door.clone());
    let wakes = Arc::new(Count::default());
    let waker = Waker::from(wakes.clone());
    let mut cx = Context::from_waker(&waker);
    let (mut polls, mut seen, mut done) = ([0, 0], 0, false);
    for turn in 0..2_000 {
        if turn == 1_000 {
            let mut door = door.lock().unwrap();
            door.open = true;
            if let Some(waker) = door.waiting.take() {
                waker.wake();
            }
        }
        // The first poll needs no wake. Each later one needs a wake that came after the last.
        let woken = wakes.0.load(Relaxed);
        if !done && (turn == 0 || woken > seen) {
            seen = woken;
            polls[turn / 1_000] += 1;
            done = Pin::new(&mut future).poll(&mut cx).is_ready();
        }
    }
    let [closed, open] = polls;
    let wakes = wakes.0.load(Relaxed);
    println!("{name:6} {closed:>12} {open:>13} {wakes:>8}   {done}");
}

fn main() {
    println!("       polls: closed    then, open    wakes   done");
    drive("lost", Lost);
    drive("busy", Busy);
    drive("right", Right);
}
