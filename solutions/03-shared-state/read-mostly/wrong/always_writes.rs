//! mistake: write-lock-to-read
//!
//! Right, and as slow as a Mutex: every reader asks to be alone.

use tokio::sync::RwLock;

/// What things cost on one day.
#[derive(Clone, Debug, PartialEq)]
pub struct Prices {
    /// Days since the shop opened.
    pub day: u32,
    /// In cents.
    pub coffee: u32,
}

/// The price list of `today`: the one that is there, or else what `fetch` gets.
pub async fn prices(
    list: &RwLock<Prices>,
    today: u32,
    fetch: impl AsyncFn(u32) -> Prices,
) -> Prices {
    let mut current = list.write().await;
    if current.day < today {
        *current = fetch(today).await;
    }
    current.clone()
}
