//! mistake: polled-after-done
//! A loop of `select!` until both have answered. Whoever has answered is in the next round all the same.

use std::pin::pin;

/// Greets the customer by name, and with the weather.
pub async fn greeting(
    name: impl Future<Output = String>,
    weather: impl Future<Output = String>,
) -> String {
    let (mut name, mut weather) = (pin!(name), pin!(weather));
    let (mut first, mut second) = (None, None);
    while first.is_none() || second.is_none() {
        tokio::select! {
            text = &mut name => first = Some(text),
            text = &mut weather => second = Some(text),
        }
    }
    format!("hello, {}: {}", first.unwrap_or_default(), second.unwrap_or_default())
}
