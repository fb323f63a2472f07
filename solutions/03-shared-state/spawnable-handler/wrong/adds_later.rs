//! mistake: check-then-act
//!
//! No guard is there at the `.await`: each line locks for itself.

use std::sync::{Arc, Mutex};

/// Answers one request: the other server's text, and the request's number.
pub async fn handle(
    requests: Arc<Mutex<u64>>,
    ask: impl Future<Output = String> + Send,
) -> String {
    let number = *requests.lock().unwrap() + 1;
    let text = ask.await;
    *requests.lock().unwrap() = number;
    format!("{text} (request {number})")
}
