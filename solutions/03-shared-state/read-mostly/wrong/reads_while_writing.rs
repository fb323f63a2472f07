//! mistake: rwlock-reentrant
//!
//! Whoever may write may read as well.

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
    {
        let current = list.read().await;
        if current.day >= today {
            return current.clone();
        }
    }
    let mut new = list.write().await;
    if new.day < today {
        *new = fetch(today).await;
    }
    list.read().await.clone()
}
