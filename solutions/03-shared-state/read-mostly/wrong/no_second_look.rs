//! mistake: check-then-act
//!
//! The read guard is let go, and what it showed is taken to be true still.

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
    let old = list.read().await.day < today;
    if old {
        *list.write().await = fetch(today).await;
    }
    list.read().await.clone()
}
