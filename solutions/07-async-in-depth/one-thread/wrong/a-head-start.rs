//! mistake: await-in-sequence
//! A future does nothing until it is polled, so one poll starts it. After that, it runs by itself.

use std::pin::pin;
use std::task::Poll;

/// Greets the customer by name, and with the weather.
pub async fn greeting(
    name: impl Future<Output = String>,
    weather: impl Future<Output = String>,
) -> String {
    let mut weather = pin!(weather);
    let early = futures::poll!(&mut weather);
    let name = name.await;
    let weather = match early {
        Poll::Ready(weather) => weather,
        Poll::Pending => weather.await,
    };
    format!("hello, {name}: {weather}")
}
