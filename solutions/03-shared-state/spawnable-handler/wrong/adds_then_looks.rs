//! mistake: looked-again-later
//!
//! "The count is mine until the next `.await`." It is anybody's once the guard of the first line is
//! gone: two threads add, and then both see the sum.

use std::sync::{Arc, Mutex};

/// Answers one request: the other server's text, and the request's number.
pub async fn handle(
    requests: Arc<Mutex<u64>>,
    ask: impl Future<Output = String> + Send,
) -> String {
    *requests.lock().unwrap() += 1;
    let number = *requests.lock().unwrap();
    let text = ask.await;
    format!("{text} (request {number})")
}
