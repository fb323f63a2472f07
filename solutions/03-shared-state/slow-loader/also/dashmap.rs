//! A `DashMap` has locks of its own. `clone` ends the guard before the load.

use std::sync::Arc;

use bytes::Bytes;
use dashmap::DashMap;
use tokio::sync::OnceCell;

/// Values by key. What is not there is loaded.
pub struct Cache {
    /// What there is, behind locks that one does not see.
    pub entries: DashMap<String, Arc<OnceCell<Bytes>>>,
}

impl Cache {
    /// An empty cache.
    pub fn new() -> Cache {
        Cache { entries: Default::default() }
    }

    /// The value of `key`, from the cache or else from `load`.
    pub async fn get(&self, key: &str, load: impl Future<Output = Bytes>) -> Bytes {
        let cell = self.entries.entry(key.to_owned()).or_default().clone();
        cell.get_or_init(|| load).await.clone()
    }
}
