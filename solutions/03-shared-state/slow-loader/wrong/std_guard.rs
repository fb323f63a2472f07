//! mistake: guard-across-await
//!
//! It compiles, as nothing here asks for `Send`, so the faster lock will do.

use std::collections::HashMap;
use std::sync::Mutex;

use bytes::Bytes;

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
        let mut entries = self.entries.lock().unwrap();
        if let Some(value) = entries.get(key) {
            return value.clone();
        }
        let value = load.await;
        entries.insert(key.to_owned(), value.clone());
        value
    }
}
