//! Who polls, and when: one task on our executor, from the call to its end, step by step.
//!
//! ```console
//! $ cargo run --example 07-laziness
//! ```

use std::pin::Pin;
use std::sync::{Arc, Mutex, mpsc};
use std::task::{Context, Poll, Waker};
use std::thread;

use async_in_depth::Executor;

/// Prints when it is polled, and tells the courier when it waits.
struct Traced<F> {
    future: Pin<Box<F>>,
    polls: usize,
    waits: mpsc::Sender<()>,
}

impl<F: Future> Future for Traced<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.polls += 1;
        println!("executor   calls poll ({})", self.polls);
        let result = self.future.as_mut().poll(cx);
        let word = if result.is_ready() { "Ready" } else { "Pending" };
        println!("task       returns {word}");
        let _ = self.waits.send(());
        result
    }
}

#[derive(Default)]
struct Parcel {
    there: bool,
    waiting: Option<Waker>,
}

/// Waits for the parcel.
struct Delivery(Arc<Mutex<Parcel>>);

impl Future for Delivery {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut parcel = self.0.lock().unwrap();
        if parcel.there {
            return Poll::Ready(());
        }
        println!("delivery   is not here yet");
        parcel.waiting = Some(cx.waker().clone());
        Poll::Pending
    }
}

// ANCHOR: order
async fn order(delivery: Delivery) {
    println!("task       orders");
    delivery.await;
    println!("task       unpacks");
}
// ANCHOR_END: order

fn main() {
    let parcel = Arc::new(Mutex::new(Parcel::default()));
    let (waits, it_waits) = mpsc::channel();

    println!("main       calls order()");
    let future = order(Delivery(parcel.clone()));

    println!("main       spawns it");
    let executor = Executor::new();
    executor.spawn(Traced { future: Box::pin(future), polls: 0, waits });

    let courier = thread::spawn(move || {
        it_waits.recv().unwrap();
        let mut parcel = parcel.lock().unwrap();
        parcel.there = true;
        println!("courier    brings it, and wakes the task");
        let waiting = parcel.waiting.take();
        drop(parcel);
        waiting.unwrap().wake();
    });

    println!("main       runs the executor");
    executor.run();
    println!("executor   has no task left");
    courier.join().unwrap();
}
