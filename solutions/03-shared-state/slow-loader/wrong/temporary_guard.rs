//! mistake: guard-across-await
//!
//! The right parts in one chain: the guard is a temporary of the statement that waits.

use std::collections::HashMap;
use std::sync::Mutex;

use bytes::Bytes;
use tokio::sync::OnceCell;

/// Values by key. What is not there is loaded.
pub struct Cache {
    /// What there is. The check looks at this lock.
    pub entries: Mutex<HashMap<String, OnceCell<Bytes>>>,
}

impl Cache {
    /// An empty cache.
    pub fn new() -> Cache {
        Cache { entries: Mutex::default() }
    }

    /// The value of `key`, from the cache or else from `load`.
    pub async fn get(&self, key: &str, load: impl Future<Output = Bytes>) -> Bytes {
        let mut entries = self.entries.lock().unwrap();
        let cell = entries.entry(key.to_owned()).or_default();
        cell.get_or_init(|| load).await.clone()
    }
}
