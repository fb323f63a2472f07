//! mistake: tokio-mutex-always
//!
//! Whoever loads lets go of the map first. Whoever waits for that load does not.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::Mutex;

/// Values by key. What is not there is loaded.
pub struct Cache {
    /// What there is. The check looks at this lock.
    pub entries: Mutex<HashMap<String, Arc<Mutex<Option<Bytes>>>>>,
}

impl Cache {
    /// An empty cache.
    pub fn new() -> Cache {
        Cache { entries: Mutex::default() }
    }

    /// The value of `key`, from the cache, or else from `load`.
    pub async fn get(&self, key: &str, load: impl Future<Output = Bytes>) -> Bytes {
        let mut entries = self.entries.lock().await;
        let slot = entries.entry(key.to_owned()).or_default().clone();
        let mut slot = slot.lock().await;
        // I have the key's own lock, so the big one can go.
        drop(entries);
        if let Some(value) = &*slot {
            return value.clone();
        }
        let value = load.await;
        *slot = Some(value.clone());
        value
    }
}
