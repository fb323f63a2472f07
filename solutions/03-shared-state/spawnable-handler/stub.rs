//! # A handler that can be spawned
//!
//! A handler counts the request, asks another server, and answers. It is careful, and drops
//! the guard before it waits. Even so, rustc would refuse `tokio::spawn(handle(…))`,
//! because the handler's future is not `Send`.
//!
//! At the end:
//!
//! - the future of `handle` is `Send`, so that a server can spawn it;
//! - a request is counted when it comes, before the other server has answered any, and no
//!   two requests get the same number: the first is 1;
//! - the lock is free while the handler waits.
//!
//! Change the body of `handle`, not its signature.
//!
//! ```console
//! $ cargo course check spawnable-handler
//! ```

use std::sync::{Arc, Mutex};

/// Answers one request: the other server's text, and the request's number.
pub async fn handle(
    requests: Arc<Mutex<u64>>,
    ask: impl Future<Output = String> + Send,
) -> String {
    let mut count = requests.lock().unwrap();
    *count += 1;
    let number = *count;
    drop(count);
    // TODO: the lock is free here. What does the compiler think is still alive?
    let text = ask.await;
    format!("{text} (request {number})")
}
