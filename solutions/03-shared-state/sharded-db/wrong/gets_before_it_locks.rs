//! mistake: check-then-act
//!
//! "`change` runs under the lock, so nothing comes between." The value that it is given was read
//! before the lock was taken.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex};

use bytes::Bytes;

/// A part of the database, with a lock of its own.
pub type Shard = Mutex<HashMap<Bytes, Bytes>>;

/// A handle to one database. Clones share it.
#[derive(Clone)]
pub struct Db {
    shards: Arc<[Shard]>,
}

impl Db {
    /// An empty database of so many shards, at least one.
    pub fn new(shards: usize) -> Db {
        Db { shards: (0..shards).map(|_| Mutex::default()).collect() }
    }

    /// The shard that `key` belongs to.
    pub fn shard(&self, key: &[u8]) -> &Shard {
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        &self.shards[hasher.finish() as usize % self.shards.len()]
    }

    /// The value of `key`.
    pub fn get(&self, key: &[u8]) -> Option<Bytes> {
        self.shard(key).lock().unwrap().get(key).cloned()
    }

    /// Stores `value` under `key`.
    pub fn set(&self, key: Bytes, value: Bytes) {
        self.shard(&key).lock().unwrap().insert(key, value);
    }

    /// Replaces the value of `key` by what `change` makes of it, and returns the new one.
    /// `change` runs under the shard's lock: it must not use the database.
    pub fn update(
        &self,
        key: Bytes,
        change: impl FnOnce(Option<Bytes>) -> Bytes,
    ) -> Bytes {
        let old = self.get(&key);
        let mut entries = self.shard(&key).lock().unwrap();
        let new = change(old);
        entries.insert(key, new.clone());
        new
    }

    /// How many keys there are, counted shard by shard.
    pub fn len(&self) -> usize {
        self.shards.iter().map(|shard| shard.lock().unwrap().len()).sum()
    }
}
