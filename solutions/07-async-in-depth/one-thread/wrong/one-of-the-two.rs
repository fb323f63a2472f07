//! mistake: foreign-block-on
//! The weather is slow, so it is awaited. For the name, a short block cannot hurt.

/// Greets the customer by name, and with the weather.
pub async fn greeting(
    name: impl Future<Output = String>,
    weather: impl Future<Output = String>,
) -> String {
    let name = futures::executor::block_on(name);
    let weather = weather.await;
    format!("hello, {name}: {weather}")
}
