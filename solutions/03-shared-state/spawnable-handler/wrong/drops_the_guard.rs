//! mistake: drop-makes-it-send
//!
//! `drop` gives the lock back, so nothing can be left of the guard.

use std::sync::{Arc, Mutex};

/// Answers one request: the other server's text, and the request's number.
pub async fn handle(
    requests: Arc<Mutex<u64>>,
    ask: impl Future<Output = String> + Send,
) -> String {
    let mut guard = requests.lock().unwrap();
    *guard += 1;
    let number = *guard;
    std::mem::drop(guard);
    let text = ask.await;
    format!("{text} (request {number})")
}
