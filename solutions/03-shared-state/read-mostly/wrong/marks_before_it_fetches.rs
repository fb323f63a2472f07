//! mistake: taken-then-awaited
//!
//! The day is set first, so that nobody else fetches. If the caller gives up then, the old
//! prices are today's.

use tokio::sync::RwLock;

/// What things cost on one day.
#[derive(Clone, Debug, PartialEq)]
pub struct Prices {
    /// Days since the shop opened.
    pub day: u32,
    /// In cents.
    pub coffee: u32,
}

/// The price list of `today`: the one in `list` if it is good, or else what `fetch` gets.
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
    let mut kept = list.write().await;
    if kept.day < today {
        kept.day = today;
        *kept = fetch(today).await;
    }
    kept.clone()
}
