//! mistake: drop-makes-it-send
//!
//! A `None` is no guard. But the variable's type is still that of a guard.

use std::sync::{Arc, Mutex};

/// Answers one request: the other server's text, and the request's number.
pub async fn handle(
    requests: Arc<Mutex<u64>>,
    ask: impl Future<Output = String> + Send,
) -> String {
    let mut count = Some(requests.lock().unwrap());
    let mut number = 0;
    if let Some(count) = count.as_mut() {
        **count += 1;
        number = **count;
    }
    count.take();
    let text = ask.await;
    format!("{text} (request {number})")
}
