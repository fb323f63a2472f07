//! mistake: foreign-block-on
//! It needs neither Tokio nor `futures`, and the thread only sleeps until it is woken.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Greets the customer by name, and with the weather.
pub async fn greeting(
    name: impl Future<Output = String>,
    weather: impl Future<Output = String>,
) -> String {
    let mut both = pin!(async { tokio::join!(name, weather) });
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut cx = Context::from_waker(&waker);
    let (name, weather) = loop {
        match both.as_mut().poll(&mut cx) {
            Poll::Ready(both) => break both,
            Poll::Pending => thread::park(),
        }
    };
    format!("hello, {name}: {weather}")
}
