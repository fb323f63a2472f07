//! Holds one shard and looks at the others, and looks at the lock from inside an update.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/03-shared-state/sharded-db/solution.rs"
)]
mod exercise;

use std::ptr;

use bytes::Bytes;
use exercise::Db;
use probe::{Finding, Verdict};

probe::main!(
    "03-sharded-db",
    [
        a_key_is_found_again,
        keys_spread_over_the_shards,
        nothing_comes_between_an_update_s_read_and_write,
        a_key_locks_its_own_shard_and_no_other,
        all_keys_are_counted,
    ]
);

fn a_key_is_found_again() -> Verdict {
    let (db, names) = (Db::new(8), names());
    let clone = db.clone();
    for name in &names {
        db.set(name.clone(), name.clone());
        if !ptr::eq(db.shard(name), db.shard(name)) {
            return Err(Finding::mistake("shard-by-chance")
                .saw(format!("{name:?} belonged to two shards, one after the other")));
        }
        let inside = db.shard(name).lock().unwrap().get(name).cloned();
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

fn keys_spread_over_the_shards() -> Verdict {
    for shards in [1, 3, 16] {
        let (db, names) = (Db::new(shards), names());
        let mut counts: Vec<(*const exercise::Shard, usize)> = Vec::new();
        for name in &names {
            let shard: *const _ = db.shard(name);
            match counts.iter_mut().find(|(known, _)| *known == shard) {
                Some((_, count)) => *count += 1,
                None => counts.push((shard, 1)),
            }
        }
        let most = counts.iter().map(|(_, count)| *count).max().unwrap_or_default();
        // A hash puts about a tenth more than the mean into the fullest of 16.
        if counts.len() != shards || most > 2 * names.len() / shards {
            return Err(Finding::mistake("crowded-shards").saw(format!(
                "{} keys went to {} of {shards} shards, and {most} of them to one",
                names.len(),
                counts.len()
            )));
        }
    }
    // An empty key is a key.
    Db::new(3).shard(b"");
    Ok(())
}

fn a_key_locks_its_own_shard_and_no_other() -> Verdict {
    let (db, names) = (Db::new(8), names());
    let held = db.shard(&names[0]);
    let free: Vec<_> =
        names.iter().filter(|name| !ptr::eq(db.shard(name), held)).take(50).collect();
    let (tell, told) = std::sync::mpsc::channel();
    let guard = held.lock().unwrap();
    std::thread::scope(|scope| {
        // All other shards in one thread: it ends unless one of its calls needs `held`.
        scope.spawn(|| {
            for name in &free {
                db.set((*name).clone(), Bytes::from("1"));
                db.update((*name).clone(), |_| Bytes::from("2"));
                db.get(name);
            }
            tell.send(()).unwrap();
        });
        probe::if_it_hangs(
            Finding::mistake("all-shards-locked").saw(
                "one shard was locked, and a call for a key of another shard waited",
            ),
        );
        told.recv().unwrap();
        drop(guard);
    });
    Ok(())
}

fn nothing_comes_between_an_update_s_read_and_write() -> Verdict {
    probe::if_it_hangs("locked-twice");
    let db = Db::new(8);
    let key = Bytes::from("hits");
    db.set(key.clone(), Bytes::from("1"));
    let mut free = false;
    let mut old = None;
    let new = db.update(key.clone(), |value| {
        free = db.shard(&key).try_lock().is_ok();
        old = value;
        Bytes::from("2")
    });
    if free {
        return Err(Finding::mistake("check-then-act").saw(
            "while the new value was computed from the old one, the shard was not locked",
        ));
    }
    let kept = db.get(&key);
    if (old.as_deref(), &new[..], kept.as_deref()) != (Some(b"1"), b"2", Some(b"2")) {
        return Err(Finding::unnamed("`update` does not update").saw(format!(
            "1 was to become 2: the old value was {old:?}, {new:?} was returned, {kept:?} is stored"
        )));
    }
    let first = db.update(Bytes::from("new"), |value| {
        Bytes::from(if value.is_none() { "first" } else { "again" })
    });
    match &first[..] {
        b"first" => Ok(()),
        _ => Err(Finding::unnamed("A new key had an old value")
            .saw("`update` of a key that was not there saw a value")),
    }
}

fn all_keys_are_counted() -> Verdict {
    let (db, names) = (Db::new(8), names());
    for name in names.iter().chain(&names) {
        db.set(name.clone(), Bytes::from("value"));
    }
    match db.len() {
        len if len == names.len() => Ok(()),
        len => Err(Finding::unnamed("The keys are counted wrong").saw(format!(
            "{} keys were set, each twice, and `len` is {len}",
            names.len()
        ))),
    }
}

/// Keys as servers have them: much alike.
fn names() -> Vec<Bytes> {
    (1000..2000).map(|n| Bytes::from(format!("user:{n}:name"))).collect()
}
