//! mistake: scrutinee-guard
//!
//! Look, then load, then lock again to insert: the guard of the `match` is still there.

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
        match self.entries.lock().unwrap().get(key) {
            Some(value) => value.clone(),
            None => {
                let value = load.await;
                self.entries.lock().unwrap().insert(key.to_owned(), value.clone());
                value
            }
        }
    }
}
