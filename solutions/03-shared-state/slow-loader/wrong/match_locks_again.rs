//! mistake: locked-twice
//!
//! The `match` is in a `let`, so its guard must be gone in the arms.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use tokio::sync::OnceCell;

/// Values by key. What is not there is loaded.
pub struct Cache {
    /// What there is. The check looks at this lock.
    pub entries: Mutex<HashMap<String, Arc<OnceCell<Bytes>>>>,
}

impl Cache {
    /// An empty cache.
    pub fn new() -> Cache {
        Cache { entries: Default::default() }
    }

    /// The value of `key`, from the cache or else from `load`.
    pub async fn get(&self, key: &str, load: impl Future<Output = Bytes>) -> Bytes {
        let cell = match self.entries.lock().unwrap().get(key) {
            Some(cell) => cell.clone(),
            None => {
                self.entries.lock().unwrap().entry(key.to_owned()).or_default().clone()
            }
        };
        cell.get_or_init(|| load).await.clone()
    }
}
