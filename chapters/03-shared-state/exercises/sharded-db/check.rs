//! Holds one shard and looks at the others, looks at the lock from inside an update, and updates
//! a key on many threads.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/03-shared-state/sharded-db/solution.rs"
)]
mod exercise;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::BuildHasher;
use std::ops::Deref;
use std::panic::resume_unwind;
use std::sync::mpsc::channel;
use std::sync::{Arc, Barrier, Mutex, RwLock};
use std::time::{Duration, Instant};
use std::{ptr, thread};

use bytes::Bytes;
use exercise::{Db, Shard};
use probe::{Finding, Verdict, if_it_hangs};

probe::main!(
    "03-sharded-db",
    [
        a_key_is_found_again,
        keys_spread_over_the_shards,
        nothing_comes_between_an_update_s_read_and_write,
        a_key_locks_its_own_shard_and_no_other,
        two_updates_run_side_by_side,
        updates_on_many_threads_return_what_they_stored,
        all_keys_are_counted,
    ]
);

fn a_key_is_found_again() -> Verdict {
    let (db, names) = (Db::new(8), names(1000));
    if_it_hangs(blocked_alone(&db, "`set` or `get`"));
    let clone = db.clone();
    for name in &names {
        db.set(name.clone(), name.clone());
        // The same key at another place.
        let same = Bytes::copy_from_slice(name);
        if !ptr::eq(db.shard(name), db.shard(name)) {
            return Err(by_chance(name, "one after the other"));
        }
        if !ptr::eq(db.shard(name), db.shard(&same)) {
            return Err(by_chance(name, "one for each copy of it"));
        }
    }
    let shards = |db: &Db| -> HashSet<_> {
        names.iter().map(|name| ptr::from_ref::<Shard>(db.shard(name))).collect()
    };
    let (mine, the_clones) = (shards(&db), shards(&clone));
    for name in &names {
        if !mine.is_disjoint(&the_clones) && !ptr::eq(db.shard(name), clone.shard(name)) {
            return Err(by_chance(name, "one in each clone of the handle"));
        }
        let inside = db.shard(name).find(name);
        let inside = inside.unwrap_or_else(|| Some(name.clone()));
        for (who, found) in
            [("`get`", db.get(name)), ("a clone", clone.get(name)), ("its shard", inside)]
        {
            if found.as_ref() != Some(name) {
                return Err(Finding::unnamed("A key was not found again")
                    .saw(format!("{name:?} was set, and {who} has {found:?} for it")));
            }
        }
    }
    match db.get(b"nobody") {
        None => Ok(()),
        Some(value) => Err(Finding::unnamed("A key that was never set has a value")
            .saw(format!("`get` returned {value:?}"))),
    }
}

fn by_chance(name: &Bytes, when: &str) -> Finding {
    Finding::mistake("shard-by-chance")
        .saw(format!("{name:?} belonged to two shards, {when}"))
}

fn keys_spread_over_the_shards() -> Verdict {
    // So many keys that chance plays no part: a hash puts hardly more than the mean into the
    // fullest shard. 257 are more than one byte can tell apart.
    for (shards, keys) in [(1, 100), (3, 1000), (16, 2000), (100, 10_000), (257, 20_000)]
    {
        let names = names(keys);
        let db = Db::new(shards);
        let mut counts: HashMap<*const Shard, usize> = HashMap::new();
        for name in &names {
            *counts.entry(ptr::from_ref(db.shard(name))).or_default() += 1;
        }
        if counts.len() > shards {
            return Err(Finding::unnamed(
                "The database has more shards than it was to have",
            )
            .saw(format!(
                "it was made with {shards}, and its keys went to {}",
                counts.len()
            )));
        }
        let most = counts.values().copied().max().unwrap_or_default();
        if counts.len() != shards || most > 2 * names.len() / shards {
            return Err(Finding::mistake("crowded-shards").saw(format!(
                "of {shards} shards, {} keys went to {}, and {most} of them to one",
                names.len(),
                counts.len()
            )));
        }
    }
    // An empty key is a key.
    Db::new(3).shard(b"");
    Ok(())
}

fn nothing_comes_between_an_update_s_read_and_write() -> Verdict {
    let (db, names) = (Db::new(8), names(1000));
    if_it_hangs(blocked_alone(&db, "`update`"));
    let key = Bytes::from("hits");
    db.set(key.clone(), Bytes::from("1"));
    let mine = db.shard(&key);
    let others: Vec<_> =
        names.iter().filter(|name| !ptr::eq(db.shard(name), mine)).collect();
    let (mut free, mut others_taken) = (None, false);
    let mut old = None;
    let new = db.update(key.clone(), |value| {
        free = mine.is_free();
        others_taken = others.iter().all(|name| db.shard(name).is_free() == Some(false));
        old = value;
        Bytes::from("2")
    });
    let kept = db.get(&key);
    if (old.as_deref(), &new[..]) != (Some(b"1"), b"2") || kept.as_deref() != Some(b"2") {
        return Err(Finding::unnamed("`update` does not update").saw(format!(
            "1 was to become 2: the old value was {old:?}, {new:?} was returned, {kept:?} is stored"
        )));
    }
    if others_taken {
        return Err(Finding::mistake("all-shards-locked")
            .saw("while one key was updated, all the other shards were locked"));
    }
    let mut free_for_new = None;
    let fresh = Bytes::from("new");
    let first = db.update(fresh.clone(), |value| {
        free_for_new = db.shard(&fresh).is_free();
        Bytes::from(if value.is_none() { "first" } else { "again" })
    });
    if first != "first" || db.get(b"new").as_deref() != Some(b"first") {
        return Err(Finding::unnamed("`update` of a new key goes wrong").saw(format!(
            "the value of a key that was not there became {first:?}, and `get` has {:?}",
            db.get(b"new")
        )));
    }
    if free == Some(true) {
        return Err(what_comes_between(&db, &key));
    }
    if free_for_new == Some(true) {
        return Err(Finding::mistake("check-then-act").saw(
            "while the first value of a new key was computed, its shard was not locked",
        ));
    }
    Ok(())
}

/// The shard is free in the middle of an update: does another thread change the value then?
fn what_comes_between(db: &Db, key: &Bytes) -> Finding {
    db.update(key.clone(), |_| {
        if_it_hangs(waits_for_an_update("a `set` of its key"));
        thread::scope(|scope| {
            scope.spawn(|| db.set(key.clone(), Bytes::from("3")));
        });
        Bytes::from("4")
    });
    Finding::mistake("check-then-act").saw(format!(
        "while a new value was computed from the old one, another thread set the key to 3; \
         after the update it was {:?}, and the 3 is lost",
        db.get(key).unwrap_or_default()
    ))
}

fn waits_for_an_update(who: &str) -> Finding {
    Finding::unnamed("An update took a lock that is not a shard's")
        .saw(format!(
            "in the middle of an update, {who} waited for a lock that no shard has"
        ))
        .because(
            "a lock for all keys, whatever it is for, makes one lock of all the shards.",
        )
}

fn two_updates_run_side_by_side() -> Verdict {
    let (db, names) = (Db::new(8), names(1000));
    let key = &names[0];
    let other = names.iter().find(|name| !ptr::eq(db.shard(name), db.shard(key)));
    let other = other.expect("the keys spread");
    db.update(key.clone(), |_| {
        if_it_hangs(waits_for_an_update("an update of a key of another shard"));
        thread::scope(|scope| {
            scope.spawn(|| db.update(other.clone(), |_| Bytes::from("1")));
        });
        if_it_hangs("hung");
        Bytes::from("1")
    });
    Ok(())
}

/// What an update returns is the value that it stored, and not one that came after it. Who takes
/// it from its own guard is never wrong, however often it is tried.
fn updates_on_many_threads_return_what_they_stored() -> Verdict {
    const UPDATES: usize = 100;
    if_it_hangs("hung");
    let (db, key, start) = (Db::new(8), Bytes::from("hits"), Barrier::new(THREADS + 1));
    let number = |value: Bytes| str::from_utf8(&value).ok()?.parse::<usize>().ok();
    let add_one = |old: Option<Bytes>| {
        let next = old.and_then(number).unwrap_or_default() + 1;
        Bytes::from(next.to_string())
    };
    let update = || -> Vec<Bytes> {
        start.wait();
        (0..UPDATES).map(|_| db.update(key.clone(), add_one)).collect()
    };
    let (all, mut made, began) = (THREADS * UPDATES, 0, Instant::now());
    for _ in (0..ROUNDS).take_while(|_| began.elapsed() < ENOUGH) {
        let threads = thread::scope(|scope| {
            let threads = [(); THREADS].map(|()| scope.spawn(update));
            db.shard(&key).while_held(&mut || {
                start.wait();
                thread::sleep(HELD);
            });
            threads
                .map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)))
        });
        made += all;
        let different = threads.iter().flatten().collect::<HashSet<_>>().len();
        let stored = db.get(&key).and_then(number).unwrap_or_default();
        if stored == made && different == all {
            continue;
        }
        // Where every update was stored, it was the look that came too late.
        let id = if stored == made { "looked-again-later" } else { "check-then-act" };
        return Err(Finding::mistake(id).saw(format!(
            "{all} updates on {THREADS} threads at once, each of which added 1, returned \
             {different} different values; after {made} updates the value is {stored}"
        )));
    }
    Ok(())
}

/// More threads than cores, and more rounds than one: they have to get in each other's way on a
/// busy machine too.
const THREADS: usize = 8;
const ROUNDS: usize = 200;

/// How long the check keeps the lock at the beginning of a round, so that all threads come to
/// wait for it. From then on, whoever lets go of it wakes another one.
const HELD: Duration = Duration::from_millis(1);

/// The most time for one case to try its luck. The less it can try, the more luck a wrong answer
/// has; a right one needs none.
const ENOUGH: Duration = Duration::from_secs(3);

fn a_key_locks_its_own_shard_and_no_other() -> Verdict {
    let (db, names) = (Db::new(8), names(1000));
    let mut tried = HashSet::new();
    // Each shard in turn: who goes through them in order does not come to every one.
    for name in &names {
        let held = db.shard(name);
        if !tried.insert(ptr::from_ref::<Shard>(held)) {
            continue;
        }
        let others: Vec<_> =
            names.iter().filter(|name| !ptr::eq(db.shard(name), held)).take(50).collect();
        held.while_held(&mut || {
            if_it_hangs(Finding::mistake("all-shards-locked").saw(
                "one shard was locked, and a call for a key of another shard waited",
            ));
            let (tell, told) = channel();
            thread::scope(|scope| {
                // All in one thread: it ends unless one of the calls needs `held`.
                scope.spawn(|| {
                    for name in &others {
                        db.set((*name).clone(), Bytes::from("1"));
                        db.update((*name).clone(), |_| Bytes::from("2"));
                        db.get(name);
                    }
                    let _ = tell.send(());
                });
                // An error means that it panicked: the scope panics then too.
                let _ = told.recv();
            });
        });
    }
    Ok(())
}

fn all_keys_are_counted() -> Verdict {
    let (db, names) = (Db::new(8), names(1000));
    if_it_hangs(blocked_alone(&db, "`len`"));
    for name in names.iter().chain(&names) {
        db.set(name.clone(), Bytes::from("value"));
    }
    for name in &names {
        db.update(name.clone(), |_| Bytes::from("another"));
    }
    match db.len() {
        len if len == names.len() => Ok(()),
        len => Err(Finding::unnamed("The keys are counted wrong").saw(format!(
            "{} keys were set twice and updated once, and `len` is {len}",
            names.len()
        ))),
    }
}

/// Keys as servers have them: much alike.
fn names(how_many: usize) -> Vec<Bytes> {
    (10_000..10_000 + how_many).map(|n| Bytes::from(format!("user:{n}:name"))).collect()
}

/// Where nobody else has a lock, who blocks the thread waits for itself.
fn blocked_alone(db: &Db, what: &str) -> Finding {
    Finding::mistake(db.shard(b"any").taken_again())
        .saw(format!("nobody else used the database, and {what} blocked the thread"))
}

/// A lock around a map, of any kind that the shards may be.
#[allow(dead_code)]
trait Lock {
    /// The mistake of who takes it while it has it.
    fn taken_again(&self) -> &'static str;
    fn is_free(&self) -> Option<bool>;
    fn find(&self, key: &[u8]) -> Option<Option<Bytes>>;
    fn while_held(&self, then: &mut dyn FnMut());
}

impl<M: Map> Lock for Mutex<M> {
    fn taken_again(&self) -> &'static str {
        "locked-twice"
    }

    fn is_free(&self) -> Option<bool> {
        Some(self.try_lock().is_ok())
    }

    fn find(&self, key: &[u8]) -> Option<Option<Bytes>> {
        Some(self.lock().ok()?.find(key))
    }

    fn while_held(&self, then: &mut dyn FnMut()) {
        let _guard = self.lock();
        then();
    }
}

impl<M: Map> Lock for RwLock<M> {
    fn taken_again(&self) -> &'static str {
        "rwlock-reentrant"
    }

    fn is_free(&self) -> Option<bool> {
        Some(self.try_write().is_ok())
    }

    fn find(&self, key: &[u8]) -> Option<Option<Bytes>> {
        Some(self.read().ok()?.find(key))
    }

    fn while_held(&self, then: &mut dyn FnMut()) {
        let _guard = self.write();
        then();
    }
}

impl<L: Lock> Lock for Arc<L> {
    fn taken_again(&self) -> &'static str {
        self.deref().taken_again()
    }

    fn is_free(&self) -> Option<bool> {
        self.deref().is_free()
    }

    fn find(&self, key: &[u8]) -> Option<Option<Bytes>> {
        self.deref().find(key)
    }

    fn while_held(&self, then: &mut dyn FnMut()) {
        self.deref().while_held(then);
    }
}

trait Map {
    fn find(&self, key: &[u8]) -> Option<Bytes>;
}

impl<S: BuildHasher> Map for HashMap<Bytes, Bytes, S> {
    fn find(&self, key: &[u8]) -> Option<Bytes> {
        self.get(key).cloned()
    }
}

impl Map for BTreeMap<Bytes, Bytes> {
    fn find(&self, key: &[u8]) -> Option<Bytes> {
        self.get(key).cloned()
    }
}

/// Anything else, at which the check cannot look: a reference further away, so that the
/// trait above wins where both fit.
#[allow(dead_code)]
trait NoLock {
    fn taken_again(&self) -> &'static str {
        "hung"
    }

    fn is_free(&self) -> Option<bool> {
        None
    }

    fn find(&self, _: &[u8]) -> Option<Option<Bytes>> {
        None
    }

    fn while_held(&self, then: &mut dyn FnMut()) {
        then();
    }
}

impl<T> NoLock for &T {}
