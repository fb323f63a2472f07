//! mistake: guard-across-await
//!
//! A cell for each key, and the guard of the map is a temporary of the statement that waits for
//! one.

use std::collections::HashMap;

use bytes::Bytes;
use tokio::sync::{Mutex, OnceCell};

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

    /// The value of `key`, from the cache, or else from `load`.
    pub async fn get(&self, key: &str, load: impl Future<Output = Bytes>) -> Bytes {
        self.entries
            .lock()
            .await
            .entry(key.to_owned())
            .or_default()
            .get_or_init(|| load)
            .await
            .clone()
    }
}
