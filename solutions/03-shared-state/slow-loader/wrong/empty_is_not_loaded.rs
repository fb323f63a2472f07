//! mistake: empty-is-nothing
//!
//! An empty value marks what was not loaded yet, and is what some keys have.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::Mutex;

/// Values by key. What is not there is loaded.
pub struct Cache {
    /// What there is. The check looks at this lock.
    pub entries: Mutex<HashMap<String, Arc<Mutex<Bytes>>>>,
}

impl Cache {
    /// An empty cache.
    pub fn new() -> Cache {
        Cache { entries: Mutex::default() }
    }

    /// The value of `key`, from the cache, or else from `load`.
    pub async fn get(&self, key: &str, load: impl Future<Output = Bytes>) -> Bytes {
        let cell = self.entries.lock().await.entry(key.to_owned()).or_default().clone();
        let mut cell = cell.lock().await;
        if cell.is_empty() {
            *cell = load.await;
        }
        cell.clone()
    }
}
