//! mistake: await-in-sequence
//! Two `.await`s, and the thread is free. The second service is asked when the first has answered.

/// Greets the customer by name, and with the weather.
pub async fn greeting(
    name: impl Future<Output = String>,
    weather: impl Future<Output = String>,
) -> String {
    let name = name.await;
    let weather = weather.await;
    format!("hello, {name}: {weather}")
}
