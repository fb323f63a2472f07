//! mistake: tokio-mutex-always
//!
//! A second lock, which may be held across an `.await`, puts the requests in a queue: they are
//! counted one by one, late.

use std::sync::{Arc, Mutex};

/// Answers one request: the other server's text, and the request's number.
pub async fn handle(
    requests: Arc<Mutex<u64>>,
    ask: impl Future<Output = String> + Send,
) -> String {
    static ONE_AT_A_TIME: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    let _turn = ONE_AT_A_TIME.lock().await;
    let number = {
        let mut count = requests.lock().unwrap();
        *count += 1;
        *count
    };
    format!("{} (request {number})", ask.await)
}
