//! `map` gives the guard to a closure, which ends with it.

use std::sync::{Arc, Mutex};

/// Answers one request: the other server's text, and the request's number.
pub async fn handle(
    requests: Arc<Mutex<u64>>,
    ask: impl Future<Output = String> + Send,
) -> String {
    let number = requests
        .lock()
        .map(|mut count| {
            *count += 1;
            *count
        })
        .unwrap();
    format!("{} (request {number})", ask.await)
}
