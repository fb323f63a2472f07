//! mistake: scrutinee-guard
//!
//! With the lock that may be held across an `.await`, the same.

use std::collections::HashMap;

use bytes::Bytes;
use tokio::sync::Mutex;

/// Values by key. What is not there is loaded.
pub struct Cache {
    /// What there is. The check looks at this lock.
    pub entries: Mutex<HashMap<String, Bytes>>,
}

impl Cache {
    /// An empty cache.
    pub fn new() -> Cache {
        Cache { entries: Mutex::default() }
    }

    /// The value of `key`, from the cache or else from `load`.
    pub async fn get(&self, key: &str, load: impl Future<Output = Bytes>) -> Bytes {
        match self.entries.lock().await.get(key) {
            Some(value) => value.clone(),
            None => {
                let value = load.await;
                self.entries.lock().await.insert(key.to_owned(), value.clone());
                value
            }
        }
    }
}
