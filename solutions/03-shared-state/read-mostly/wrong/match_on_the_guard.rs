//! mistake: rwlock-reentrant
//!
//! The day was copied out. The guard that it was read through lives to the end of the `match`.

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
    match list.read().await.day {
        day if day < today => {
            let new = fetch(today).await;
            *list.write().await = new.clone();
            new
        }
        _ => list.read().await.clone(),
    }
}
