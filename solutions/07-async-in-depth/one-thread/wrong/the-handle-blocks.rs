//! mistake: runtime-is-everywhere
//! The runtime itself must know how to wait inside a task.

/// Greets the customer by name, and with the weather.
pub async fn greeting(
    name: impl Future<Output = String>,
    weather: impl Future<Output = String>,
) -> String {
    let both = async { tokio::join!(name, weather) };
    let (name, weather) = tokio::runtime::Handle::current().block_on(both);
    format!("hello, {name}: {weather}")
}
