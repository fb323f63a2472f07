//! A read guard is not a ticket to the write lock, and a waiting writer stops new readers.
//!
//! The clock is paused: a wait that nothing can end takes no time, and `timeout` reports it.
//!
//! ```console
//! $ cargo run --example 03-rwlock-upgrade
//! ```

use std::time::Duration;

use tokio::sync::RwLock;
use tokio::task::yield_now;
use tokio::time::timeout;

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    try_it("a write while holding a read", upgrade()).await;
    try_it("a second read behind a waiting writer", read_twice()).await;
    try_it("let go, write, look again", let_go_and_look_again()).await;
}

/// Gives a future an hour of the paused clock.
async fn try_it(what: &str, future: impl Future<Output = u32>) {
    match timeout(Duration::from_secs(3600), future).await {
        Ok(value) => println!("{what}: the value is {value}"),
        Err(_) => println!("{what}: still waiting after an hour"),
    }
}

// ANCHOR: upgrade
async fn upgrade() -> u32 {
    let config = RwLock::new(0);
    let seen = config.read().await;
    if *seen == 0 {
        *config.write().await = 1;
    }
    *config.read().await
}
// ANCHOR_END: upgrade

// ANCHOR: twice
async fn read_twice() -> u32 {
    let config = RwLock::new(0);
    let reader = async {
        let first = config.read().await;
        yield_now().await;
        let second = config.read().await;
        *first + *second
    };
    let writer = async { *config.write().await = 1 };
    tokio::join!(reader, writer).0
}
// ANCHOR_END: twice

// ANCHOR: right
async fn let_go_and_look_again() -> u32 {
    let config = RwLock::new(0);
    let stale = *config.read().await == 0; // the guard ends with the statement
    if stale {
        let mut config = config.write().await;
        // Somebody else may have written while nobody held the lock.
        if *config == 0 {
            *config = 1;
        }
    }
    *config.read().await
}
// ANCHOR_END: right
