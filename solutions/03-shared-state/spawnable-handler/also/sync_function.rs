//! A function that is not async has no future, and takes its guard with it.

use std::sync::{Arc, Mutex};

/// Answers one request: the other server's text, and the request's number.
pub async fn handle(
    requests: Arc<Mutex<u64>>,
    ask: impl Future<Output = String> + Send,
) -> String {
    let number = next(&requests);
    let text = ask.await;
    format!("{text} (request {number})")
}

fn next(requests: &Mutex<u64>) -> u64 {
    let mut count = requests.lock().unwrap();
    *count += 1;
    *count
}
