//! mistake: borrow-into-spawn
//! error: impl Future
//! What is to run at the same time needs a task.

/// Greets the customer by name, and with the weather.
pub async fn greeting(
    name: impl Future<Output = String>,
    weather: impl Future<Output = String>,
) -> String {
    let (name, weather) = (tokio::spawn(name), tokio::spawn(weather));
    let (name, weather) = (name.await.unwrap(), weather.await.unwrap());
    format!("hello, {name}: {weather}")
}
