//! The map is locked for a look-up, and a load is waited for in the cell of its key: one caller
//! runs its future, the others wait, and if it gives up, another one takes over.

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
        Cache { entries: Mutex::default() }
    }

    /// The value of `key`, from the cache or else from `load`.
    pub async fn get(&self, key: &str, load: impl Future<Output = Bytes>) -> Bytes {
        // The guard ends with this statement.
        let cell =
            self.entries.lock().unwrap().entry(key.to_owned()).or_default().clone();
        cell.get_or_init(|| load).await.clone()
    }
}
