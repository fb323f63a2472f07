//! mistake: drop-makes-it-send
//!
//! The guard was moved into a function that ended, so it is no longer here.

use std::sync::{Arc, Mutex};

use std::sync::MutexGuard;

/// Answers one request: the other server's text, and the request's number.
pub async fn handle(
    requests: Arc<Mutex<u64>>,
    ask: impl Future<Output = String> + Send,
) -> String {
    let mut guard = requests.lock().unwrap();
    *guard += 1;
    let number = finish(guard);
    let text = ask.await;
    format!("{text} (request {number})")
}

fn finish(guard: MutexGuard<'_, u64>) -> u64 {
    *guard
}
