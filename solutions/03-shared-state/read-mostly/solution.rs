//! The read guard ends with its block, and the day is looked at again under the write guard:
//! somebody else may have been there in between.

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
    let mut current = list.write().await;
    if current.day < today {
        // Whoever needs the new list has to wait for it anyway.
        *current = fetch(today).await;
    }
    current.clone()
}
