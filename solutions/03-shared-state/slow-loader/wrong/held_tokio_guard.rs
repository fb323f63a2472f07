//! mistake: tokio-mutex-always
//!
//! A tokio RwLock lets readers in together, but not while somebody loads under its write guard.

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
        Cache { entries: RwLock::default() }
    }

    /// The value of `key`, from the cache or else from `load`.
    pub async fn get(&self, key: &str, load: impl Future<Output = Bytes>) -> Bytes {
        if let Some(value) = self.entries.read().await.get(key) {
            return value.clone();
        }
        let mut entries = self.entries.write().await;
        if let Some(value) = entries.get(key) {
            return value.clone();
        }
        let value = load.await;
        entries.insert(key.to_owned(), value.clone());
        value
    }
}
