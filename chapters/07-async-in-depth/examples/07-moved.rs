//! A future that is polled by one task and then by another: whom does it wake?
//!
//! ```console
//! $ cargo run --example 07-moved
//! ```

use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use async_in_depth::{Runtime, spawn, time};

#[derive(Default)]
struct Bell {
    rung: bool,
    waiting: Option<Waker>,
}

/// Keeps the waker of its first poll.
struct First(Arc<Mutex<Bell>>);

impl Future for First {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut bell = self.0.lock().unwrap();
        if bell.rung {
            return Poll::Ready(());
        }
        // ANCHOR: first
        if bell.waiting.is_none() {
            bell.waiting = Some(cx.waker().clone());
        }
        // ANCHOR_END: first
        Poll::Pending
    }
}

/// Keeps the waker of its latest poll.
struct Latest(Arc<Mutex<Bell>>);

impl Future for Latest {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut bell = self.0.lock().unwrap();
        if bell.rung {
            return Poll::Ready(());
        }
        // ANCHOR: latest
        bell.waiting = Some(cx.waker().clone());
        // ANCHOR_END: latest
        Poll::Pending
    }
}

#[derive(Default)]
struct Count(AtomicUsize);

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Relaxed);
    }
}

/// Polls with the waker of task A, then with that of task B, then rings.
fn move_it<F: Future + Unpin>(name: &str, future: impl FnOnce(Arc<Mutex<Bell>>) -> F) {
    let bell = Arc::new(Mutex::new(Bell::default()));
    let mut future = future(bell.clone());
    let wakes = [(); 2].map(|()| Arc::new(Count::default()));
    for count in &wakes {
        let waker = Waker::from(count.clone());
        let _ = Pin::new(&mut future).poll(&mut Context::from_waker(&waker));
    }
    let mut bell = bell.lock().unwrap();
    bell.rung = true;
    bell.waiting.take().unwrap().wake();
    let [a, b] = wakes.map(|count| count.0.load(Relaxed));
    println!("{name:6}   A woken {a} times, B woken {b} times");
}

fn main() -> std::io::Result<()> {
    println!("polled by A, then by B, and only B has it when the bell rings");
    move_it("first", First);
    move_it("latest", Latest);

    println!("the runtime's own delay, polled in main, then in a task");
    Runtime::new()?.block_on(async {
        let mut delay = time::sleep(Duration::from_millis(50));
        let once = std::future::poll_fn(|cx| Poll::Ready(Pin::new(&mut delay).poll(cx)));
        println!("main     is_pending = {}", once.await.is_pending());
        spawn(async move {
            delay.await;
            println!("task     woken");
        })
        .await
        .expect("the task does not panic");
    });
    Ok(())
}
