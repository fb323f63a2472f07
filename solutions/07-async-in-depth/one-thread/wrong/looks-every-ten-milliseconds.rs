//! mistake: asked-without-news
//! Looks at both, sleeps a little, and looks again. The thread is free in between.

use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

/// Greets the customer by name, and with the weather.
pub async fn greeting(
    name: impl Future<Output = String>,
    weather: impl Future<Output = String>,
) -> String {
    let mut both = pin!(async { tokio::join!(name, weather) });
    loop {
        if let Poll::Ready((name, weather)) = futures::poll!(&mut both) {
            return format!("hello, {name}: {weather}");
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
