//! A mark for a load under way, and a guard that takes it away however the caller ends.

use std::collections::HashMap;
use std::pin::pin;
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
        Cache { entries: Default::default(), loaded: Default::default() }
    }

    /// The value of `key`, from the cache or else from `load`.
    pub async fn get(&self, key: &str, load: impl Future<Output = Bytes>) -> Bytes {
        loop {
            let mut loaded = pin!(self.loaded.notified());
            loaded.as_mut().enable();
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
        let _undo = Undo(self, key);
        let value = load.await;
        self.entries.lock().unwrap().insert(key.to_owned(), Some(value.clone()));
        value
    }
}

/// Takes the mark away, if it is still one, and wakes those who wait.
struct Undo<'a>(&'a Cache, &'a str);
impl Drop for Undo<'_> {
    fn drop(&mut self) {
        let mut entries = self.0.entries.lock().unwrap();
        if let Some(None) = entries.get(self.1) {
            entries.remove(self.1);
        }
        drop(entries);
        self.0.loaded.notify_waiters();
    }
}
