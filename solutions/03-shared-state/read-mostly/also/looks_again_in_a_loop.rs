//! After the write it reads again, as if it had just come.

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
    let mut current = list.read().await;
    while current.day < today {
        drop(current);
        {
            let mut old = list.write().await;
            if old.day < today {
                *old = fetch(today).await;
            }
        }
        current = list.read().await;
    }
    current.clone()
}
