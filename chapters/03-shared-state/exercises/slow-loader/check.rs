//! Holds a load in the middle and looks at the lock, whatever kind it is, then counts the
//! loads of one key and the time that several keys take.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/03-shared-state/slow-loader/solution.rs"
)]
mod exercise;

use std::ops::Deref;
use std::sync::mpsc::channel;
use std::time::Duration;

use bytes::Bytes;
use exercise::Cache;
use probe::{End, Finding, Gate, Ops, Verdict, if_it_hangs, settle, virtual_time};
use tokio::time::{sleep, timeout};

probe::main!(
    "03-slow-loader",
    [
        the_lock_is_free_while_a_key_loads,
        five_callers_load_a_key_once,
        four_keys_load_side_by_side,
        a_key_that_is_there_is_returned_at_once,
        a_caller_that_gives_up_leaves_the_key_loadable,
    ]
);

/// What a look at the lock in the middle of a load tells.
#[derive(Clone, Copy, PartialEq)]
enum Look {
    NotLoading,
    Free,
    Held(&'static str),
}

/// On a thread of its own, since a std lock that is taken twice blocks its thread for good.
/// That can only follow a lock that was held in the middle, so what was seen there names it.
#[allow(
    clippy::needless_borrow,
    reason = "the `&` lets `NoLock` fit where `Lock` does not"
)]
fn the_lock_is_free_while_a_key_loads() -> Verdict {
    let (tell, heard) = channel();
    let (tell_end, end) = channel();
    std::thread::spawn(move || {
        let run = virtual_time(|| async {
            let (cache, gate) = (Cache::new(), Gate::new());
            let look = async {
                settle().await;
                let seen = match (gate.waiting(), (&cache.entries).kind_if_held()) {
                    (0, _) => Look::NotLoading,
                    (_, None) => Look::Free,
                    (_, Some(kind)) => Look::Held(kind),
                };
                // The receiver lives to the end of the case.
                let _ = tell.send(seen);
                gate.open();
            };
            let load = async {
                gate.pass().await;
                Bytes::from("value")
            };
            tokio::join!(cache.get("key", load), look).0
        });
        let _ = tell_end.send(run);
    });
    let look = heard.recv().unwrap_or(Look::NotLoading);
    let held = match look {
        Look::Held(kind) => format!("while a key was loading, its {kind} was held"),
        Look::NotLoading | Look::Free => String::new(),
    };
    match look {
        Look::Held(_) => if_it_hangs(Finding::mistake("scrutinee-guard").saw(format!(
            "{held}; after the load the caller asked for it again, and waits for itself"
        ))),
        Look::NotLoading | Look::Free => if_it_hangs("hung"),
    }
    let end = end.recv().expect("a panic in the answer ends the run and not its thread");
    match (look, end.end) {
        (Look::Held(_), End::Stuck) => {
            Err(Finding::mistake("scrutinee-guard").saw(format!(
                "{held}; after the load the caller asked for it again, and waits for itself"
            )))
        }
        (Look::Held(kind), _) if kind.starts_with("std") => {
            Err(Finding::mistake("guard-across-await").saw(held))
        }
        (Look::Held(_), _) => Err(Finding::mistake("tokio-mutex-always").saw(held)),
        (Look::NotLoading, End::Done(value)) => {
            Err(Finding::unnamed("A key that was not there was not loaded")
                .saw(format!("an empty cache returned {value:?} and awaited no load")))
        }
        (_, end_of_it) => {
            let run = probe::Run { end: end_of_it, stats: end.stats };
            match run.done()?.0 {
                value if value == "value" => Ok(()),
                value => Err(wrong_value("value", &value)),
            }
        }
    }
}

fn five_callers_load_a_key_once() -> Verdict {
    if_it_hangs("guard-across-await");
    let ops = Ops::new();
    let run = virtual_time(|| async {
        let cache = Cache::new();
        let get = || cache.get("key", load(&ops, "key"));
        let at_once = tokio::join!(get(), get(), get(), get(), get());
        (at_once.4, get().await)
    });
    let ((at_once, later), _) = run.done()?;
    for value in [at_once, later] {
        if value != "value of key" {
            return Err(wrong_value("value of key", &value));
        }
    }
    match ops.starts() {
        1 => Ok(()),
        6 => Err(Finding::unnamed("The cache keeps nothing")
            .saw("5 callers at once and 1 after them: 6 loads of one key")),
        loads => Err(Finding::mistake("check-then-act").saw(format!(
            "5 callers asked for a key at the same time, and it was loaded {loads} times"
        ))),
    }
}

fn four_keys_load_side_by_side() -> Verdict {
    if_it_hangs("guard-across-await");
    let ops = Ops::new();
    let run = virtual_time(|| async {
        let cache = Cache::new();
        let get = |key| cache.get(key, load(&ops, key));
        tokio::join!(get("a"), get("b"), get("c"), get("d"))
    });
    let (values, stats) = run.done()?;
    if values.3 != "value of d" {
        return Err(wrong_value("value of d", &values.3));
    }
    let saw = format!(
        "4 keys that take 100 ms each took {} ms, {} at a time",
        stats.elapsed.as_millis(),
        ops.peak()
    );
    match ops.peak() {
        4 => Ok(()),
        1 => Err(Finding::mistake("tokio-mutex-always").saw(saw)),
        _ => Err(Finding::unnamed("Some keys wait for others").saw(saw)),
    }
}

fn a_key_that_is_there_is_returned_at_once() -> Verdict {
    if_it_hangs("guard-across-await");
    let ops = Ops::new();
    let run = virtual_time(|| async {
        let (cache, gate) = (Cache::new(), Gate::new());
        cache.get("there", load(&ops, "there")).await;
        let slow = cache.get("slow", async {
            gate.pass().await;
            Bytes::from("slow")
        });
        let fast = async {
            settle().await;
            let get = cache.get("there", load(&ops, "there"));
            let got = timeout(Duration::from_millis(1), get).await.is_ok();
            gate.open();
            got
        };
        tokio::join!(slow, fast).1
    });
    match run.done()?.0 {
        true => Ok(()),
        false => Err(Finding::mistake("tokio-mutex-always")
            .saw("a key that was there was not returned while another key was loading")),
    }
}

fn a_caller_that_gives_up_leaves_the_key_loadable() -> Verdict {
    if_it_hangs("guard-across-await");
    let ops = Ops::new();
    let run = virtual_time(|| async {
        let cache = Cache::new();
        let never = ops.run("never", std::future::pending());
        let gives_up = timeout(Duration::from_millis(10), cache.get("key", never));
        let (_, second) = tokio::join!(gives_up, cache.get("key", load(&ops, "key")));
        second
    });
    match run.end {
        End::Done(value) if value == "value of key" => Ok(()),
        End::Done(value) => Err(wrong_value("value of key", &value)),
        End::Stuck => Err(Finding::mistake("taken-then-awaited").saw(
            "a caller was dropped in the middle of a load, and the next one waits for ever",
        )),
        _ => run.done().map(|_| ()),
    }
}

/// A load that takes 100 ms.
fn load(ops: &Ops, key: &'static str) -> impl Future<Output = Bytes> + use<> {
    ops.run(key, async move {
        sleep(Duration::from_millis(100)).await;
        Bytes::from(format!("value of {key}"))
    })
}

fn wrong_value(wanted: &str, got: &Bytes) -> Finding {
    Finding::unnamed("The value is wrong")
        .saw(format!("the value is {wanted:?}, and the cache returned {got:?}"))
}

/// A lock of any kind that the field may have.
#[allow(dead_code)]
trait Lock {
    fn kind_if_held(&self) -> Option<&'static str>;
}

impl<T> Lock for std::sync::Mutex<T> {
    fn kind_if_held(&self) -> Option<&'static str> {
        self.try_lock().is_err().then_some("std Mutex")
    }
}

impl<T> Lock for std::sync::RwLock<T> {
    fn kind_if_held(&self) -> Option<&'static str> {
        self.try_write().is_err().then_some("std RwLock")
    }
}

impl<T> Lock for tokio::sync::Mutex<T> {
    fn kind_if_held(&self) -> Option<&'static str> {
        self.try_lock().is_err().then_some("tokio Mutex")
    }
}

impl<T> Lock for tokio::sync::RwLock<T> {
    fn kind_if_held(&self) -> Option<&'static str> {
        self.try_write().is_err().then_some("tokio RwLock")
    }
}

impl<T: Lock> Lock for std::sync::Arc<T> {
    fn kind_if_held(&self) -> Option<&'static str> {
        self.deref().kind_if_held()
    }
}

/// Anything else: a reference further away, so that the trait above wins where both fit.
#[allow(dead_code)]
trait NoLock {
    fn kind_if_held(&self) -> Option<&'static str>;
}

impl<T> NoLock for &T {
    fn kind_if_held(&self) -> Option<&'static str> {
        None
    }
}
