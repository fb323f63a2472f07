//! mistake: taken-then-awaited
//!
//! A set says which keys somebody loads. Who gives up never takes its key out.

use std::collections::{HashMap, HashSet};
use std::sync::Mutex;
use std::time::Duration;

use bytes::Bytes;
use tokio::time::sleep;

/// Values by key. What is not there is loaded.
pub struct Cache {
    /// What there is. The check looks at this lock.
    pub entries: Mutex<HashMap<String, Bytes>>,
    loading: Mutex<HashSet<String>>,
}

impl Cache {
    /// An empty cache.
    pub fn new() -> Cache {
        Cache { entries: Default::default(), loading: Default::default() }
    }

    /// The value of `key`, from the cache or else from `load`.
    pub async fn get(&self, key: &str, load: impl Future<Output = Bytes>) -> Bytes {
        loop {
            if let Some(value) = self.entries.lock().unwrap().get(key) {
                return value.clone();
            }
            if self.loading.lock().unwrap().insert(key.to_owned()) {
                break;
            }
            sleep(Duration::from_millis(100)).await;
        }
        let value = load.await;
        self.entries.lock().unwrap().insert(key.to_owned(), value.clone());
        self.loading.lock().unwrap().remove(key);
        value
    }
}
