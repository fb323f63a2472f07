//! A tokio Mutex for each key: here a guard has to live across an `.await`.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::Mutex;

/// Values by key. What is not there is loaded.
pub struct Cache {
    /// What there is. The check looks at this lock.
    pub entries: std::sync::Mutex<HashMap<String, Arc<Mutex<Option<Bytes>>>>>,
}

impl Cache {
    /// An empty cache.
    pub fn new() -> Cache {
        Cache { entries: Default::default() }
    }

    /// The value of `key`, from the cache or else from `load`.
    pub async fn get(&self, key: &str, load: impl Future<Output = Bytes>) -> Bytes {
        let slot = {
            let mut entries = self.entries.lock().unwrap();
            entries.entry(key.to_owned()).or_default().clone()
        };
        let mut slot = slot.lock().await;
        if let Some(value) = &*slot {
            return value.clone();
        }
        let value = load.await;
        *slot = Some(value.clone());
        value
    }
}
