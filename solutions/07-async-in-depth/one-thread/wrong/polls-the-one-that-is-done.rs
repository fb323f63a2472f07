//! mistake: polled-after-done
//! What `join!` amounts to, nearly: until both are there, it polls both, the one that has answered as well.

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
        if let Poll::Ready(text) = name.as_mut().poll(cx) {
            first = Some(text);
        }
        if let Poll::Ready(text) = weather.as_mut().poll(cx) {
            second = Some(text);
        }
        if first.is_some() && second.is_some() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    format!("hello, {}: {}", first.unwrap(), second.unwrap())
}
