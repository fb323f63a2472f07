//! mistake: foreign-block-on
//! Not blocked, only asking: the thread is not free either.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// Greets the customer by name, and with the weather.
pub async fn greeting(
    name: impl Future<Output = String>,
    weather: impl Future<Output = String>,
) -> String {
    let mut both = pin!(async { tokio::join!(name, weather) });
    let mut cx = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready((name, weather)) = both.as_mut().poll(&mut cx) {
            return format!("hello, {name}: {weather}");
        }
    }
}
