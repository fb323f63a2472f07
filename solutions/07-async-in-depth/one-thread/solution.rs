//! An `.await` gives the thread back. `join!` polls both in one task.

/// Greets the customer by name, and with the weather.
pub async fn greeting(
    name: impl Future<Output = String>,
    weather: impl Future<Output = String>,
) -> String {
    let (name, weather) = tokio::join!(name, weather);
    format!("hello, {name}: {weather}")
}
