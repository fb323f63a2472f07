//! The same handle over many locks: a key belongs to one shard, and only that one is locked.
//!
//! ```console
//! $ cargo run --example 03-shards
//! ```

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard};

use bytes::Bytes;
use dashmap::DashMap;
use dashmap::try_result::TryResult;

// ANCHOR: db
/// A handle to the one database. Clones share it.
#[derive(Clone)]
struct Db {
    shards: Arc<[Mutex<HashMap<Bytes, Bytes>>]>,
}
// ANCHOR_END: db

impl Db {
    fn new(shards: usize) -> Db {
        Db { shards: (0..shards).map(|_| Mutex::default()).collect() }
    }

    fn get(&self, key: &Bytes) -> Option<Bytes> {
        self.lock(key).get(key).cloned()
    }

    fn set(&self, key: Bytes, value: Bytes) {
        self.lock(&key).insert(key, value);
    }

    // ANCHOR: lock
    fn lock(&self, key: &Bytes) -> MutexGuard<'_, HashMap<Bytes, Bytes>> {
        self.shard(key).lock().expect("nothing panics while it holds the lock")
    }

    /// The same key always gets the same shard.
    fn shard(&self, key: &Bytes) -> &Mutex<HashMap<Bytes, Bytes>> {
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        &self.shards[hasher.finish() as usize % self.shards.len()]
    }
    // ANCHOR_END: lock
}

fn main() {
    our_shards();
    the_library();
}

// ANCHOR: ours
fn our_shards() {
    let db = Db::new(16);
    let keys: Vec<Bytes> = (0..1000).map(|n| Bytes::from(format!("key-{n}"))).collect();
    for key in &keys {
        db.set(key.clone(), Bytes::from("value"));
    }
    let found = keys.iter().filter(|key| db.get(key).is_some()).count();
    println!("16 shards, 1000 keys: {found} found again");

    let guard = db.lock(&keys[0]);
    let free = db.shards.iter().filter(|shard| shard.try_lock().is_ok()).count();
    println!("while {:?} is locked, {free} of 16 shards are free", keys[0]);
    drop(guard);
}
// ANCHOR_END: ours

// ANCHOR: dashmap
fn the_library() {
    let db: Arc<DashMap<Bytes, Bytes>> = Arc::default();
    let key = Bytes::from("key");
    db.insert(key.clone(), Bytes::from("value"));

    let value = db.get(&key).map(|entry| entry.value().clone());
    println!("DashMap: {value:?}");

    let entry = db.get(&key); // a guard, though nothing here is called `lock`
    let second = match db.try_get_mut(&key) {
        TryResult::Locked => "would wait, for ever: this thread holds the shard",
        TryResult::Present(_) | TryResult::Absent => "would not wait",
    };
    println!("DashMap: with an entry in hand, a write {second}");
    drop(entry);
}
// ANCHOR_END: dashmap
