//! mistake: tokio-mutex-always
//!
//! The map is free, and the loads stand in one queue for all keys.

use std::collections::HashMap;

use bytes::Bytes;
use tokio::sync::Mutex;

/// Values by key. What is not there is loaded.
pub struct Cache {
    /// What there is. The check looks at this lock.
    pub entries: std::sync::Mutex<HashMap<String, Bytes>>,
    loading: Mutex<()>,
}

impl Cache {
    /// An empty cache.
    pub fn new() -> Cache {
        Cache { entries: Default::default(), loading: Mutex::default() }
    }

    /// The value of `key`, from the cache or else from `load`.
    pub async fn get(&self, key: &str, load: impl Future<Output = Bytes>) -> Bytes {
        let _turn = self.loading.lock().await;
        let found = self.entries.lock().unwrap().get(key).cloned();
        if let Some(value) = found {
            return value;
        }
        let value = load.await;
        self.entries.lock().unwrap().insert(key.to_owned(), value.clone());
        value
    }
}
