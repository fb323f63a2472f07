//! The same from the crate `futures`: a join needs no runtime.

/// Greets the customer by name, and with the weather.
pub async fn greeting(
    name: impl Future<Output = String>,
    weather: impl Future<Output = String>,
) -> String {
    let (name, weather) = futures::join!(name, weather);
    format!("hello, {name}: {weather}")
}
