//! mistake: check-then-act
//!
//! "The cell that is looked up in the end is the same for all." It is, unless another thread puts
//! a new one in its place.

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
        if !self.entries.lock().unwrap().contains_key(key) {
            self.entries.lock().unwrap().insert(key.to_owned(), Arc::default());
        }
        let cell = self.entries.lock().unwrap()[key].clone();
        cell.get_or_init(|| load).await.clone()
    }
}
