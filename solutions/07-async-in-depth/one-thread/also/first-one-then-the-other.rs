//! `select` polls both until one has answered, and gives the other back, to be awaited. It goes on from where it is.

use std::pin::pin;

use futures::future::{Either, select};

/// Greets the customer by name, and with the weather.
pub async fn greeting(
    name: impl Future<Output = String>,
    weather: impl Future<Output = String>,
) -> String {
    let (name, weather) = match select(pin!(name), pin!(weather)).await {
        Either::Left((name, weather)) => (name, weather.await),
        Either::Right((weather, name)) => (name.await, weather),
    };
    format!("hello, {name}: {weather}")
}
