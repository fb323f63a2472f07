//! # The database, sharded
//!
//! The server's `Db`, over many locks instead of one. `update` is what INCR and APPEND will
//! need: the new value depends on the old one.
//!
//! At the end:
//!
//! - a key always belongs to the same shard, in every clone of the handle, and has the value
//!   that it was given last;
//! - many keys spread evenly over all the shards, whatever their names, lengths and the number
//!   of shards;
//! - `get`, `set` and `update` lock the shard of their key, and no other;
//! - nothing can come between the old value that `update` reads and the new one it stores.
//!
//! Change what you like in here, except the type `Shard` and the signatures.
//!
//! ```console
//! $ cargo course check sharded-db
//! ```

use std::collections::HashMap;
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
    /// An empty database with that many shards, at least one.
    pub fn new(shards: usize) -> Db {
        Db { shards: (0..shards).map(|_| Mutex::default()).collect() }
    }

    /// The shard that `key` belongs to.
    pub fn shard(&self, key: &[u8]) -> &Shard {
        todo!("choose one of {} shards for {key:?}", self.shards.len())
    }

    /// The value of `key`.
    pub fn get(&self, key: &[u8]) -> Option<Bytes> {
        todo!("look {key:?} up")
    }

    /// Stores `value` under `key`.
    pub fn set(&self, key: Bytes, value: Bytes) {
        todo!("store {value:?} under {key:?}")
    }

    /// Replaces the value of `key` with what `change` makes of it, and returns the new one.
    /// `change` runs under the shard's lock, so it must not use the database.
    pub fn update(
        &self,
        key: Bytes,
        change: impl FnOnce(Option<Bytes>) -> Bytes,
    ) -> Bytes {
        todo!("change {key:?} to {:?}", change(None))
    }

    /// How many keys there are, counted shard by shard or under all the locks.
    pub fn len(&self) -> usize {
        todo!("count")
    }
}
