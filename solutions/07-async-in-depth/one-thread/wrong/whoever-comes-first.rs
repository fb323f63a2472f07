//! mistake: completion-order
//! Both are asked at once, and two answers come: the name, and the weather.

use futures::StreamExt;
use futures::future::Either;
use futures::stream::FuturesUnordered;

/// Greets the customer by name, and with the weather.
pub async fn greeting(
    name: impl Future<Output = String>,
    weather: impl Future<Output = String>,
) -> String {
    let both = [Either::Left(name), Either::Right(weather)];
    let mut answers: FuturesUnordered<_> = both.into_iter().collect();
    let name = answers.next().await.unwrap_or_default();
    let weather = answers.next().await.unwrap_or_default();
    format!("hello, {name}: {weather}")
}
