//! What `join!` amounts to: polls both, and keeps what is ready.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

/// Greets the customer by name, and with the weather.
pub async fn greeting(
    name: impl Future<Output = String>,
    weather: impl Future<Output = String>,
) -> String {
    let (mut name, mut weather) = (pin!(name), pin!(weather));
    let (mut first, mut second) = (None, None);
    poll_fn(|cx| {
        if first.is_none()
            && let Poll::Ready(text) = name.as_mut().poll(cx)
        {
            first = Some(text);
        }
        if second.is_none()
            && let Poll::Ready(text) = weather.as_mut().poll(cx)
        {
            second = Some(text);
        }
        match (first.take(), second.take()) {
            (Some(name), Some(weather)) => {
                Poll::Ready(format!("hello, {name}: {weather}"))
            }
            (a, b) => {
                (first, second) = (a, b);
                Poll::Pending
            }
        }
    })
    .await
}
