//! `Notify`: a wake-up without a value, and what it remembers.
//!
//! ```console
//! $ cargo run --example 04-notify
//! ```

use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::timeout;

async fn hour(what: &str, waiting: impl Future) {
    let woken = timeout(Duration::from_secs(3600), waiting).await.is_ok();
    println!("  {what}: {}", if woken { "woken" } else { "waits forever" });
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    // ANCHOR: one
    println!("notify_one, twice, before anybody waits");
    let notify = Notify::new();
    notify.notify_one();
    notify.notify_one();
    hour("the first notified()", notify.notified()).await;
    hour("the second notified()", notify.notified()).await;
    // ANCHOR_END: one

    // ANCHOR: all
    println!("notify_waiters before anybody waits");
    let notify = Notify::new();
    notify.notify_waiters();
    hour("notified()", notify.notified()).await;

    println!("notify_waiters after notified() was called, and before it was awaited");
    let (first, second) = (notify.notified(), notify.notified());
    notify.notify_waiters();
    hour("the first", first).await;
    hour("the second", second).await;
    // ANCHOR_END: all
}
