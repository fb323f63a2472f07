//! Reads, writes under a second look, and reads again what it has written.

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
    loop {
        {
            let current = list.read().await;
            if current.day >= today {
                return current.clone();
            }
        }
        let mut kept = list.write().await;
        if kept.day < today {
            let new = fetch(today).await;
            *kept = new;
        }
    }
}
