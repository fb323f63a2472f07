//! mistake: check-then-act
//!
//! "Without an `.await` in between, nobody can come between." No other task of this thread can.
//! Other threads run meanwhile, and see the same old number.

use std::sync::{Arc, Mutex};

/// Answers one request: the other server's text, and the request's number.
pub async fn handle(
    requests: Arc<Mutex<u64>>,
    ask: impl Future<Output = String> + Send,
) -> String {
    let number = *requests.lock().unwrap() + 1;
    *requests.lock().unwrap() = number;
    let text = ask.await;
    format!("{text} (request {number})")
}
