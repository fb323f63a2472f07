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
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex, RwLock};
use std::{ptr, thread};

use bytes::Bytes;
use exercise::{Db, Shard};
use probe::threads::{self, THREADS};
use probe::words::{bytes, count, or};
use probe::{Finding, Verdict, if_it_hangs};

probe::main!(
    "03-sharded-db",
    [
        a_key_is_found_again,
        a_key_has_the_value_that_came_last,
        keys_spread_over_the_shards,
        nothing_comes_between_an_update_s_read_and_write,
        a_key_locks_its_own_shard_and_no_other,
        a_busy_shard_is_waited_for,
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

/// Any bytes are a key, and any are a value.
fn a_key_has_the_value_that_came_last() -> Verdict {
    let db = Db::new(3);
    if_it_hangs(blocked_alone(&db, "`set`, `update` or `get`"));
    let keys: [&[u8]; 11] = [
        b"",
        b"a",
        b"A",
        b"a ",
        b"b",
        b"ab",
        b"ba",
        b"a\0",
        b"\0a",
        b"\xff\xfe",
        b"\xff\xfd",
    ];
    let expect = |what: &str, key: &[u8], got: Option<Bytes>, right: &[u8]| {
        if got.as_deref() == Some(right) {
            return Ok(());
        }
        let finding = match right.is_empty() && got.is_none() {
            true => Finding::mistake("empty-is-nothing"),
            false => Finding::unnamed("A key has another value than it was given"),
        };
        Err(finding.saw(format!(
            "the key \"{}\" {what} \"{}\", and its value is {}",
            bytes(key),
            bytes(right),
            or(got.map(|got| format!("\"{}\"", bytes(&got))), "not there")
        )))
    };
    for round in ["first", "second", ""] {
        for key in keys {
            let value = if round.is_empty() {
                Vec::new()
            } else {
                [round.as_bytes(), key].concat()
            };
            db.set(Bytes::copy_from_slice(key), value.into());
        }
        // All of them are set before the first is looked at, so none may have another's.
        for key in keys {
            let value = if round.is_empty() {
                Vec::new()
            } else {
                [round.as_bytes(), key].concat()
            };
            let what = if round == "first" { "was set to" } else { "was set anew, to" };
            let got = db.get(key);
            if round == "second" && got == Some([b"first", key].concat().into()) {
                return Err(Finding::unnamed("A key kept its first value")
                    .saw(format!("the key \"{}\" was set twice", bytes(key)))
                    .because(
                        "a value is stored whether or not one is there: `insert` replaces it, and \
                         `entry(…).or_insert(…)` leaves it alone.",
                    ));
            }
            expect(what, key, got, &value)?;
        }
    }
    // Now all the values are empty.
    let key = Bytes::from("a");
    let mut old = None;
    let new = db.update(key.clone(), |value| {
        old = Some(value);
        Bytes::from("full")
    });
    expect(
        "had an empty value, which `update` was to give to `change`:",
        b"a",
        old.flatten(),
        b"",
    )?;
    if new != "full" {
        return Err(Finding::unnamed("`update` did not return the new value").saw(
            format!(
                "`change` made \"full\" of \"\", and `update` returned \"{}\"",
                bytes(&new)
            ),
        ));
    }
    expect("was updated to", b"a", db.get(b"a"), b"full")?;
    db.update(key, |_| Bytes::new());
    expect("was updated to", b"a", db.get(b"a"), b"")
}

fn keys_spread_over_the_shards() -> Verdict {
    type Name = fn(usize) -> Vec<u8>;
    let kinds: [(&str, Name); 6] = [
        ("like user:10000:name", |n| format!("user:{}:name", 10_000 + n).into()),
        ("that end in a number", |n| {
            format!("a/rather/long/path/to/the/value/{n}").into()
        }),
        ("that begin with a number", |n| {
            format!("{n}/a/rather/long/path/to/the/value").into()
        }),
        ("that are a number of eight bytes", |n| (n as u64).to_be_bytes().into()),
        ("with a number in the middle, of any length", |n| {
            [b"x".repeat(n % 50), n.to_string().into(), b"x".repeat(200)].concat()
        }),
        ("with the letters a and b in any order", |n| {
            (0..16).map(|bit| b'a' + (n >> bit & 1) as u8).collect()
        }),
    ];
    // Whoever multiplies by 31 or 33 for each byte needs a number of shards that does not divide it.
    const SHARDS: [usize; 10] = [1, 2, 3, 7, 8, 10, 31, 33, 62, 64];
    // 257 are more than one byte can tell apart.
    const MORE: [usize; 5] = [16, 99, 100, 256, 257];
    // So many keys that chance plays no part: a hash puts hardly more than the mean into the
    // fullest shard.
    const EACH: usize = 60;
    for (number, (kind, name)) in kinds.into_iter().enumerate() {
        // One kind is enough for the many.
        let more = if number == 0 { &MORE[..] } else { &[] };
        let largest = if number == 0 { 257 } else { 64 };
        let names: Vec<_> = (0..EACH * largest).map(name).collect();
        for &shards in SHARDS.iter().chain(more) {
            let names = &names[..EACH * shards.max(8)];
            let keys = names.len();
            let db = Db::new(shards);
            let mut counts: HashMap<*const Shard, usize> = HashMap::new();
            for name in names {
                *counts.entry(ptr::from_ref(db.shard(name))).or_default() += 1;
            }
            if counts.len() > shards {
                return Err(Finding::unnamed(
                    "The database has more shards than it was to have",
                )
                .saw(format!(
                    "it was made with {}, and its keys went to {}",
                    count(shards, "shard"),
                    counts.len()
                )));
            }
            let most = counts.values().copied().max().unwrap_or_default();
            if counts.len() != shards || most > 2 * keys / shards {
                return Err(Finding::mistake("crowded-shards").saw(format!(
                    "of {}, {keys} keys {kind} went to {}, and {most} of them to one",
                    count(shards, "shard"),
                    counts.len()
                )));
            }
        }
    }
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
    // So many that the threads are at it together: each for longer than it takes to wake the others.
    const UPDATES: usize = 5000;
    if_it_hangs("hung");
    let (db, key) = (Db::new(8), Bytes::from("hits"));
    let number = |value: Bytes| str::from_utf8(&value).ok()?.parse::<usize>().ok();
    let add_one = |old: Option<Bytes>| {
        let next = old.and_then(number).unwrap_or_default() + 1;
        Bytes::from(next.to_string())
    };
    let (all, mut made) = (THREADS * UPDATES, 0);
    for _ in threads::rounds().take(3) {
        let hold = |go: &dyn Fn()| db.shard(&key).while_held(&mut || go());
        let threads = threads::together(hold, |_, _| -> Vec<Bytes> {
            (0..UPDATES).map(|_| db.update(key.clone(), add_one)).collect()
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

/// Somebody else has the shard's lock for a moment.
fn a_busy_shard_is_waited_for() -> Verdict {
    let (db, key) = (Db::new(4), Bytes::from("key"));
    if_it_hangs("hung");
    db.set(key.clone(), Bytes::from("1"));
    let hold = |held: &dyn Fn()| db.shard(&key).while_held(&mut || held());
    let (got, early) = threads::while_busy(hold, || db.get(&key));
    let (set, updated) = (
        threads::while_busy(hold, || db.set(key.clone(), Bytes::from("2"))).1,
        threads::while_busy(hold, || db.update(key.clone(), |_| Bytes::from("3"))).1,
    );
    let stored = db.get(&key);
    for (what, early) in [("`get`", early), ("`set`", set), ("`update`", updated)] {
        if early {
            return Err(Finding::mistake("busy-lock-given-up").saw(format!(
                "another thread had the lock of a key's shard; {what} returned before it was free"
            )));
        }
    }
    match (got.as_deref(), stored.as_deref()) {
        (Some(b"1"), Some(b"3")) => Ok(()),
        _ => Err(Finding::unnamed("A key has another value than it was given").saw(format!(
            "\"1\" was set, and replaced by \"2\" and \"3\" while another thread used the shard; \
             `get` returned {got:?} before, and {stored:?} after"
        ))),
    }
}

fn all_keys_are_counted() -> Verdict {
    let (db, names) = (Db::new(8), names(1000));
    if_it_hangs(blocked_alone(&db, "`len`"));
    for name in names.iter().chain(&names) {
        db.set(name.clone(), Bytes::new());
    }
    if db.len() == 0 {
        return Err(Finding::mistake("empty-is-nothing").saw(format!(
            "{} were set to an empty value, and `len` is 0",
            count(names.len(), "key")
        )));
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
