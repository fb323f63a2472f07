//! loom runs a small program in every order that its threads could tell apart.
//! Here it looks for an order in which a waiter is never woken.
//!
//! ```console
//! $ cargo run --example 07-loom
//! ```

use std::env;
use std::panic;
use std::pin::Pin;
use std::process::{self, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::task::{Context, Poll};

use loom::future::{AtomicWaker, block_on};
use loom::sync::Arc;
use loom::sync::atomic::{AtomicBool, Ordering::SeqCst};
use loom::thread;

// ANCHOR: flag
#[derive(Default)]
struct Flag {
    set: AtomicBool,
    waiting: AtomicWaker,
}

impl Flag {
    fn set(&self) {
        self.set.store(true, SeqCst);
        self.waiting.wake();
    }
}
// ANCHOR_END: flag

struct CheckFirst(Arc<Flag>);

impl Future for CheckFirst {
    type Output = ();

    // ANCHOR: check_first
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.0.set.load(SeqCst) {
            return Poll::Ready(());
        }
        self.0.waiting.register_by_ref(cx.waker());
        Poll::Pending
    }
    // ANCHOR_END: check_first
}

struct RegisterFirst(Arc<Flag>);

impl Future for RegisterFirst {
    type Output = ();

    // ANCHOR: register_first
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.0.waiting.register_by_ref(cx.waker());
        if self.0.set.load(SeqCst) { Poll::Ready(()) } else { Poll::Pending }
    }
    // ANCHOR_END: register_first
}

// ANCHOR: model
/// One thread waits for the flag, another sets it.
fn try_every_order<F: Future<Output = ()> + 'static>(wait: fn(Arc<Flag>) -> F) {
    static ORDERS: AtomicUsize = AtomicUsize::new(0);
    loom::model(move || {
        println!("order {}", ORDERS.fetch_add(1, Relaxed) + 1);
        let flag = Arc::new(Flag::default());
        let setter = thread::spawn({
            let flag = flag.clone();
            move || flag.set()
        });
        block_on(wait(flag));
        setter.join().unwrap();
    });
}
// ANCHOR_END: model

fn main() {
    // loom panics at a deadlock, with threads that cannot be cleaned up any more. So each search
    // is a process of its own.
    panic::set_hook(Box::new(|info| {
        let words = info.payload().downcast_ref::<String>();
        eprintln!("{}", words.map_or("a panic without words", String::as_str));
        process::exit(1);
    }));
    match env::args().nth(1).as_deref() {
        Some("check-first") => try_every_order(CheckFirst),
        Some("register-first") => try_every_order(RegisterFirst),
        _ => ["check-first", "register-first"].into_iter().for_each(search),
    }
}

fn search(which: &str) {
    let mut child = Command::new(env::current_exe().expect("this program has a path"));
    let output = child.arg(which).stdin(Stdio::null()).output().expect("it runs again");
    let said = String::from_utf8_lossy(&output.stdout);
    let orders = said.lines().filter(|line| line.starts_with("order ")).count();
    println!("{which}: {orders} orders tried");
    match output.status.success() {
        true => println!("  the waiter was woken in every one"),
        false => {
            let words = String::from_utf8_lossy(&output.stderr);
            let line = words.lines().find(|line| line.contains("deadlock"));
            // Without loom's own list of its threads.
            let line = line.and_then(|line| line.split(';').next()).unwrap_or(&words);
            println!("  the last one: {}", line.trim());
        }
    }
}
