//! mistake: looked-again-later
//!
//! The count is changed under the lock and shown under the lock, and is somebody else's by then.

use std::sync::{Arc, Mutex};

/// Answers one request: the other server's text, and the request's number.
pub async fn handle(
    requests: Arc<Mutex<u64>>,
    ask: impl Future<Output = String> + Send,
) -> String {
    *requests.lock().unwrap() += 1;
    let text = ask.await;
    let number = *requests.lock().unwrap();
    format!("{text} (request {number})")
}
