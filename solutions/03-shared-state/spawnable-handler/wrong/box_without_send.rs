//! mistake: not-send-across-await
//!
//! A box is always `Send`, whatever is in it.

use std::pin::Pin;
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
    let ask: Pin<Box<dyn Future<Output = String> + '_>> = Box::pin(ask);
    format!("{} (request {number})", ask.await)
}
