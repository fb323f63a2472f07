use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;

/// Few enough to cost nothing, enough that two tasks rarely want the same lock.
const SHARDS: usize = 16;

/// The keys of a server. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Db {
    shards: Arc<[Mutex<Shard>; SHARDS]>,
}

type Shard = HashMap<Bytes, Entry>;

#[derive(Debug)]
struct Entry {
    value: Bytes,
    expires: Option<Instant>,
}

/// How to set a key.
#[derive(Clone, Copy, Debug, Default)]
pub struct SetOptions {
    /// The key is gone after this long; never, if there is no such time.
    pub expires_in: Option<Duration>,
    /// Whether to set it at all.
    pub when: When,
}

/// A condition on setting a key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum When {
    /// None.
    #[default]
    Always,
    /// `NX`
    Absent,
    /// `XX`
    Present,
}

/// The value is no integer, or would leave the range of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAnInteger {
    /// It holds something else.
    Value,
    /// It would become too high, or too low.
    Overflow,
}

impl Db {
    /// Without any keys.
    pub fn new() -> Db {
        Db::default()
    }

    /// The value of a key. Cheap, however long the value: it is shared.
    pub fn get(&self, key: &[u8]) -> Option<Bytes> {
        let mut shard = self.shard(key);
        match shard.get(key) {
            Some(entry) if entry.is_live() => Some(entry.value.clone()),
            Some(_) => {
                take(&mut shard, key);
                None
            }
            None => None,
        }
    }

    /// Sets a key, and says whether its condition allowed that.
    ///
    /// Copies both: a slice of a connection's buffer would keep all of that buffer alive.
    pub fn set(&self, key: &[u8], value: &[u8], options: SetOptions) -> bool {
        // Outside the lock, which is for the map alone.
        let value = Bytes::copy_from_slice(value);
        let expires = options.expires_in.and_then(|ttl| Instant::now().checked_add(ttl));
        let new = Entry { value, expires };
        let mut shard = self.shard(key);
        let Some(entry) = shard.get_mut(key) else {
            if options.when != When::Present {
                shard.insert(Bytes::copy_from_slice(key), new);
            }
            return options.when != When::Present;
        };
        let allowed = match options.when {
            When::Always => true,
            When::Absent => !entry.is_live(),
            When::Present => entry.is_live(),
        };
        // Whichever of the two goes, it goes after the lock does.
        let _rest = if allowed { std::mem::replace(entry, new) } else { new };
        drop(shard);
        allowed
    }

    /// Removes a key, and says whether it was there.
    pub fn remove(&self, key: &[u8]) -> bool {
        let removed = take(&mut self.shard(key), key);
        removed.is_some_and(|entry| entry.is_live())
    }

    /// Whether a key is there.
    pub fn contains(&self, key: &[u8]) -> bool {
        self.shard(key).get(key).is_some_and(Entry::is_live)
    }

    /// How many keys there are. One whose time is over counts until somebody asks for it.
    pub fn len(&self) -> usize {
        // One lock at a time: a sum of sixteen moments.
        self.shards.iter().map(|shard| lock(shard).len()).sum()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds to a key, which counts as 0 if it is not there, and keeps its time to live.
    ///
    /// # Errors
    ///
    /// If the value is no integer, or the sum is out of range.
    pub fn add(&self, key: &[u8], increment: i64) -> Result<i64, NotAnInteger> {
        let mut shard = self.shard(key);
        match shard.get_mut(key) {
            Some(entry) if entry.is_live() => {
                let old =
                    crate::parser::integer(&entry.value).ok_or(NotAnInteger::Value)?;
                let new = old.checked_add(increment).ok_or(NotAnInteger::Overflow)?;
                entry.value = new.to_string().into();
                Ok(new)
            }
            _ => {
                let new = Entry { value: increment.to_string().into(), expires: None };
                shard.insert(Bytes::copy_from_slice(key), new);
                Ok(increment)
            }
        }
    }

    fn shard(&self, key: &[u8]) -> MutexGuard<'_, Shard> {
        // The end of a key tells it from others more often than its start. Which shard it is need not be
        // hard to guess, as the place in the map must be, and that is hashed there.
        let end = &key[key.len().saturating_sub(8)..];
        let sum = end.iter().fold(0_u64, |sum, byte| sum * 31 + u64::from(*byte));
        lock(&self.shards[(sum % SHARDS as u64) as usize])
    }
}

/// No code that may panic runs under the lock, so a poisoned map is whole.
fn lock(shard: &Mutex<Shard>) -> MutexGuard<'_, Shard> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes a key, live or not.
fn take(shard: &mut Shard, key: &[u8]) -> Option<Entry> {
    let removed = shard.remove(key);
    // A million keys must not cost their places in the table for as long as the server runs.
    if shard.len() < shard.capacity() / 8 {
        shard.shrink_to(64);
    }
    removed
}

impl Entry {
    /// Asks for the time only if there is one that matters.
    fn is_live(&self) -> bool {
        self.expires.is_none_or(|at| Instant::now() < at)
    }
}
