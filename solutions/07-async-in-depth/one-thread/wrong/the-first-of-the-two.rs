//! mistake: select-keeps-progress
//! `select!` runs both at once, and each of them leaves its answer in a variable.

/// Greets the customer by name, and with the weather.
pub async fn greeting(
    name: impl Future<Output = String>,
    weather: impl Future<Output = String>,
) -> String {
    let (mut first, mut second) = (String::new(), String::new());
    tokio::select! {
        text = name => first = text,
        text = weather => second = text,
    }
    format!("hello, {first}: {second}")
}
