//! The guard has no scope in common with the `.await`, so the future has no place for it.

use std::sync::{Arc, Mutex};

/// Answers one request: the other server's text, and the request's number.
pub async fn handle(
    requests: Arc<Mutex<u64>>,
    ask: impl Future<Output = String> + Send,
) -> String {
    let number = {
        let mut count = requests.lock().unwrap();
        *count += 1;
        *count
    };
    let text = ask.await;
    format!("{text} (request {number})")
}
