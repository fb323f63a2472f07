//! mistake: notify-remembers
//!
//! Whoever has loaded wakes one of those that wait. The others have their news coming, and
//! nobody brings it.

use std::collections::{HashMap, HashSet};
use std::sync::Mutex;

use bytes::Bytes;
use tokio::sync::Notify;

/// Values by key. What is not there is loaded.
pub struct Cache {
    /// What there is. The check looks at this lock.
    pub entries: Mutex<HashMap<String, Bytes>>,
    loading: Mutex<HashSet<String>>,
    n: Notify,
}

struct Undo<'a>(&'a Cache, &'a str);
impl Drop for Undo<'_> {
    fn drop(&mut self) {
        self.0.loading.lock().unwrap().remove(self.1);
        self.0.n.notify_one();
    }
}

impl Cache {
    /// An empty cache.
    pub fn new() -> Cache {
        Cache { entries: Mutex::default(), loading: Mutex::default(), n: Notify::new() }
    }

    /// The value of `key`, from the cache, or else from `load`.
    pub async fn get(&self, key: &str, load: impl Future<Output = Bytes>) -> Bytes {
        loop {
            if let Some(value) = self.entries.lock().unwrap().get(key) {
                return value.clone();
            }
            if self.loading.lock().unwrap().insert(key.to_owned()) {
                break;
            }
            self.n.notified().await;
        }
        let _u = Undo(self, key);
        let value = load.await;
        self.entries.lock().unwrap().insert(key.to_owned(), value.clone());
        value
    }
}
