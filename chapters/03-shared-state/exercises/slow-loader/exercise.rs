//! # A cache that loads each key once
//!
//! A cache in front of something slow: a database, a disk, another server. It is correct,
//! but slow: while one key loads, every caller waits, even one that wants a key that is
//! there already.
//!
//! At the end:
//!
//! - a key is loaded once, however many callers ask for it, at the same time or later, from
//!   one thread or from several;
//! - different keys load side by side, and a key that is there is returned at once;
//! - nobody holds the lock of `entries` while something loads;
//! - callers may give up in the middle of a load, or while they wait for one; the others
//!   still get their value, and no load is begun beside one that is under way.
//!
//! Change what you like in here, except the name of the field `entries` and the two
//! signatures. `load` is a future: it does nothing until somebody awaits it.
//!
//! ```console
//! $ cargo course check slow-loader
//! ```

use std::collections::HashMap;

use bytes::Bytes;
use tokio::sync::Mutex;

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

    /// The value of `key`, from the cache, or else from `load`.
    pub async fn get(&self, key: &str, load: impl Future<Output = Bytes>) -> Bytes {
        // TODO: who waits for whom here?
        let mut entries = self.entries.lock().await;
        if let Some(value) = entries.get(key) {
            return value.clone();
        }
        let value = load.await;
        entries.insert(key.to_owned(), value.clone());
        value
    }
}
