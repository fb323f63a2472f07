//! mistake: taken-then-awaited
//!
//! A mark says that somebody loads the key, and a caller that gives up never takes it away.

use std::collections::HashMap;
use std::sync::Mutex;

use bytes::Bytes;
use tokio::sync::Notify;

/// Values by key. What is not there is loaded.
pub struct Cache {
    /// What there is. The check looks at this lock.
    pub entries: Mutex<HashMap<String, Option<Bytes>>>,
    loaded: Notify,
}

impl Cache {
    /// An empty cache.
    pub fn new() -> Cache {
        Cache { entries: Mutex::default(), loaded: Notify::new() }
    }

    /// The value of `key`, from the cache or else from `load`.
    pub async fn get(&self, key: &str, load: impl Future<Output = Bytes>) -> Bytes {
        loop {
            let loaded = self.loaded.notified();
            {
                let mut entries = self.entries.lock().unwrap();
                match entries.get(key) {
                    Some(Some(value)) => return value.clone(),
                    Some(None) => {}
                    None => {
                        entries.insert(key.to_owned(), None);
                        break;
                    }
                }
            }
            loaded.await;
        }
        let value = load.await;
        self.entries.lock().unwrap().insert(key.to_owned(), Some(value.clone()));
        self.loaded.notify_waiters();
        value
    }
}
