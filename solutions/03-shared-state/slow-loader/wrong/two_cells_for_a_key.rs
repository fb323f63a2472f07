//! mistake: check-then-act
//!
//! "Every access is locked, and no `.await` is in between." Two threads find no cell, each makes one,
//! and each loads the key in its own.

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
        let found = self.entries.lock().unwrap().get(key).cloned();
        let cell = match found {
            Some(cell) => cell,
            None => {
                let cell = Arc::<OnceCell<Bytes>>::default();
                self.entries.lock().unwrap().insert(key.to_owned(), cell.clone());
                cell
            }
        };
        cell.get_or_init(|| load).await.clone()
    }
}
