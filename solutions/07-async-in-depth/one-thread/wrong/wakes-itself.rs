//! mistake: self-wake-spin
//! Polls both, and asks for another poll as long as an answer is missing.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

/// Greets the customer by name, and with the weather.
pub async fn greeting(
    name: impl Future<Output = String>,
    weather: impl Future<Output = String>,
) -> String {
    let mut both = pin!(async { tokio::join!(name, weather) });
    let (name, weather) = poll_fn(|cx| match both.as_mut().poll(cx) {
        Poll::Ready(both) => Poll::Ready(both),
        Poll::Pending => {
            cx.waker().wake_by_ref();
            Poll::Pending
        }
    })
    .await;
    format!("hello, {name}: {weather}")
}
