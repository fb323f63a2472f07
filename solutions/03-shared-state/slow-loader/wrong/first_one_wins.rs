//! mistake: check-then-act
//!
//! `or_insert` keeps the first value, so it does not matter who else loaded one.

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
        if !self.entries.lock().unwrap().contains_key(key) {
            let value = load.await;
            self.entries.lock().unwrap().entry(key.to_owned()).or_insert(value);
        }
        self.entries.lock().unwrap()[key].clone()
    }
}
