//! mistake: taken-then-awaited
//!
//! The others wait for the one that loads, and it is sure to come back.

use std::collections::HashMap;
use std::sync::Mutex;

use bytes::Bytes;
use tokio::sync::watch;

/// Values by key. What is not there is loaded.
pub struct Cache {
    /// What there is. The check looks at this lock.
    pub entries: Mutex<HashMap<String, watch::Receiver<Option<Bytes>>>>,
}

impl Cache {
    /// An empty cache.
    pub fn new() -> Cache {
        Cache { entries: Default::default() }
    }

    /// The value of `key`, from the cache or else from `load`.
    pub async fn get(&self, key: &str, load: impl Future<Output = Bytes>) -> Bytes {
        let (tx, mut rx) = {
            let mut entries = self.entries.lock().unwrap();
            match entries.get(key) {
                Some(rx) => (None, rx.clone()),
                None => {
                    let (tx, rx) = watch::channel(None);
                    entries.insert(key.to_owned(), rx.clone());
                    (Some(tx), rx)
                }
            }
        };
        if let Some(tx) = tx {
            let value = load.await;
            tx.send_replace(Some(value.clone()));
            return value;
        }
        rx.wait_for(Option::is_some).await.unwrap().clone().unwrap()
    }
}
