//! mistake: pending-without-waker
//! The two have to be polled with some waker. Ours is polled by whoever polls us.

use std::future::poll_fn;
use std::pin::pin;
use std::task::{Context, Waker};

/// Greets the customer by name, and with the weather.
pub async fn greeting(
    name: impl Future<Output = String>,
    weather: impl Future<Output = String>,
) -> String {
    let mut both = pin!(async { tokio::join!(name, weather) });
    let mut nobody = Context::from_waker(Waker::noop());
    let (name, weather) = poll_fn(|_| both.as_mut().poll(&mut nobody)).await;
    format!("hello, {name}: {weather}")
}
