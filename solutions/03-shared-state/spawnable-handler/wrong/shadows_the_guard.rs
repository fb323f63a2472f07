//! mistake: guard-across-await
//!
//! A new variable of the same name ends the old one.

use std::sync::{Arc, Mutex};

/// Answers one request: the other server's text, and the request's number.
pub async fn handle(
    requests: Arc<Mutex<u64>>,
    ask: impl Future<Output = String> + Send,
) -> String {
    let mut count = requests.lock().unwrap();
    *count += 1;
    let count = *count;
    let text = ask.await;
    format!("{text} (request {count})")
}
