//! A closure is a function, with a scope of its own.

use std::sync::{Arc, Mutex};

/// Answers one request: the other server's text, and the request's number.
pub async fn handle(
    requests: Arc<Mutex<u64>>,
    ask: impl Future<Output = String> + Send,
) -> String {
    let add = |count: &mut u64| {
        *count += 1;
        *count
    };
    // The guard is a temporary of this statement.
    let number = add(&mut requests.lock().unwrap());
    format!("{} (request {number})", ask.await)
}
