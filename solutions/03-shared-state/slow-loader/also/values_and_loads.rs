//! Values in one map, loads under way in another: a hit takes no lock but the first.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::Mutex;

/// Values by key. What is not there is loaded.
pub struct Cache {
    /// What there is. The check looks at this lock.
    pub entries: std::sync::RwLock<HashMap<String, Bytes>>,
    loads: std::sync::Mutex<HashMap<String, Arc<Mutex<()>>>>,
}

impl Cache {
    /// An empty cache.
    pub fn new() -> Cache {
        Cache { entries: Default::default(), loads: Default::default() }
    }

    /// The value of `key`, from the cache or else from `load`.
    pub async fn get(&self, key: &str, load: impl Future<Output = Bytes>) -> Bytes {
        if let Some(value) = self.find(key) {
            return value;
        }
        let turn = self.loads.lock().unwrap().entry(key.to_owned()).or_default().clone();
        let _turn = turn.lock().await;
        // Another caller may have loaded it while this one waited for its turn.
        if let Some(value) = self.find(key) {
            return value;
        }
        let value = load.await;
        self.entries.write().unwrap().insert(key.to_owned(), value.clone());
        value
    }

    fn find(&self, key: &str) -> Option<Bytes> {
        self.entries.read().unwrap().get(key).cloned()
    }
}
