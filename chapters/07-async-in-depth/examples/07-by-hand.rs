//! An `async fn`, and the machine that rustc makes of it, written by hand. Both are polled here
//! without any runtime.
//!
//! ```console
//! $ cargo run --example 07-by-hand
//! ```

use std::cell::RefCell;
use std::fmt;
use std::mem;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::task::{Context, Poll, Wake, Waker};

// ANCHOR: async_fn
async fn greet(knock: Signal, reply: Signal, name: String) -> String {
    knock.await;
    let greeting = format!("hello, {name}");
    reply.await;
    format!("{greeting}!")
}
// ANCHOR_END: async_fn

// ANCHOR: states
/// Where `greet` can stand, and what is alive there.
enum Greet {
    Start { knock: Signal, reply: Signal, name: String },
    AtKnock { knock: Signal, reply: Signal, name: String },
    AtReply { reply: Signal, name: String, greeting: String },
    Done,
}
// ANCHOR_END: states

// ANCHOR: poll
impl Future for Greet {
    type Output = String;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<String> {
        loop {
            // Take the state, and put one back before returning `Pending`.
            *self = match mem::replace(&mut *self, Greet::Done) {
                Greet::Start { knock, reply, name } => {
                    Greet::AtKnock { knock, reply, name }
                }
                Greet::AtKnock { mut knock, reply, name } => {
                    if Pin::new(&mut knock).poll(cx).is_pending() {
                        *self = Greet::AtKnock { knock, reply, name };
                        return Poll::Pending;
                    }
                    let greeting = format!("hello, {name}");
                    Greet::AtReply { reply, name, greeting }
                }
                Greet::AtReply { mut reply, name, greeting } => {
                    if Pin::new(&mut reply).poll(cx).is_pending() {
                        *self = Greet::AtReply { reply, name, greeting };
                        return Poll::Pending;
                    }
                    return Poll::Ready(format!("{greeting}!"));
                }
                Greet::Done => panic!("`Greet` resumed after completion"),
            }
        }
    }
}
// ANCHOR_END: poll

// ANCHOR: signal
/// Something that happens once. It is a leaf: it waits for no other future, so it has to see
/// to the wake itself.
#[derive(Clone, Default)]
struct Signal(Rc<RefCell<Wire>>);

#[derive(Default)]
struct Wire {
    fired: bool,
    waiting: Option<Waker>,
}

impl Signal {
    fn fire(&self) {
        self.0.borrow_mut().fired = true;
        let waiting = self.0.borrow_mut().waiting.take();
        if let Some(waker) = waiting {
            waker.wake();
        }
    }
}

impl Future for Signal {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut wire = self.0.borrow_mut();
        if wire.fired {
            return Poll::Ready(());
        }
        wire.waiting = Some(cx.waker().clone());
        Poll::Pending
    }
}
// ANCHOR_END: signal

impl fmt::Debug for Greet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Greet::Start { name, .. } => write!(f, "Start    name={name}"),
            Greet::AtKnock { name, .. } => write!(f, "AtKnock  name={name}"),
            Greet::AtReply { name, greeting, .. } => {
                write!(f, "AtReply  name={name} greeting={greeting}")
            }
            Greet::Done => write!(f, "Done"),
        }
    }
}

/// A waker that counts.
#[derive(Default)]
struct Count(AtomicUsize);

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Relaxed);
    }
}

/// Polls one future, and keeps count.
struct Driver {
    wakes: Arc<Count>,
    polls: usize,
}

impl Driver {
    fn new() -> Driver {
        Driver { wakes: Arc::default(), polls: 0 }
    }

    fn poll(&mut self, future: Pin<&mut impl Future<Output = String>>) -> String {
        self.polls += 1;
        let waker = Waker::from(self.wakes.clone());
        let poll = || future.poll(&mut Context::from_waker(&waker));
        let result = match catch_unwind(AssertUnwindSafe(poll)) {
            Ok(Poll::Pending) => "Pending".into(),
            Ok(Poll::Ready(text)) => format!("Ready({text:?})"),
            Err(_) => "panic".into(),
        };
        format!("poll {}  wakes {}  {result}", self.polls, self.wakes.0.load(Relaxed))
    }
}

fn main() {
    panic::set_hook(Box::new(|_| {}));

    println!("--- the machine");
    let (knock, reply) = (Signal::default(), Signal::default());
    let (k, r, name) = (knock.clone(), reply.clone(), "Ann".to_string());
    let mut machine = Greet::Start { knock: k, reply: r, name };
    let mut driver = Driver::new();
    println!("made                                       {machine:?}");
    for step in ["", "", "knock", "reply", ""] {
        match step {
            "knock" => knock.fire(),
            "reply" => reply.fire(),
            _ => {}
        }
        let seen = driver.poll(Pin::new(&mut machine));
        println!("{step:6} {seen:<35} {machine:?}");
    }

    println!("--- the async fn");
    let (knock, reply) = (Signal::default(), Signal::default());
    let mut future = pin!(greet(knock.clone(), reply.clone(), "Ann".into()));
    let mut driver = Driver::new();
    for step in ["", "", "knock", "reply", ""] {
        match step {
            "knock" => knock.fire(),
            "reply" => reply.fire(),
            _ => {}
        }
        println!("{step:6} {}", driver.poll(future.as_mut()));
    }
}
