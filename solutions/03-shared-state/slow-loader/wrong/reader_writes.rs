//! mistake: rwlock-reentrant
//!
//! Readers do not wait for each other, so a read guard is in nobody's way.

use std::collections::HashMap;

use bytes::Bytes;
use tokio::sync::RwLock;

/// Values by key. What is not there is loaded.
pub struct Cache {
    /// What there is. The check looks at this lock.
    pub entries: RwLock<HashMap<String, Bytes>>,
}

impl Cache {
    /// An empty cache.
    pub fn new() -> Cache {
        Cache { entries: Default::default() }
    }

    /// The value of `key`, from the cache or else from `load`.
    pub async fn get(&self, key: &str, load: impl Future<Output = Bytes>) -> Bytes {
        let entries = self.entries.read().await;
        if let Some(value) = entries.get(key) {
            return value.clone();
        }
        let value = load.await;
        self.entries.write().await.insert(key.to_owned(), value.clone());
        value
    }
}
