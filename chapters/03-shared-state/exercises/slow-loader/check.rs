//! Holds a load in the middle and looks at the lock, whatever kind it is, then counts the
//! loads of one key and the time that several keys take.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/03-shared-state/slow-loader/solution.rs"
)]
mod exercise;

use std::fmt;
use std::ops::Deref;
use std::panic::resume_unwind;
use std::rc::Rc;
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use bytes::Bytes;
use exercise::Cache;
use probe::{End, Finding, Gate, Ops, Verdict, if_it_hangs, settle, virtual_time};
use tokio::runtime::{Builder, Runtime};
use tokio::task::{JoinSet, LocalSet};
use tokio::time::{sleep, timeout};

probe::main!(
    "03-slow-loader",
    [
        the_lock_is_free_while_a_key_loads,
        five_callers_load_a_key_once,
        many_keys_load_side_by_side,
        a_key_that_is_there_is_returned_at_once,
        a_caller_that_gives_up_leaves_the_key_loadable,
        many_threads_load_a_key_once,
    ]
);

/// What a look at the lock in the middle of a load tells.
#[derive(Clone, Copy, PartialEq)]
enum Look {
    NotLoading,
    Free,
    Held(Kind),
    HeldToRead(Kind),
}

/// On a thread of its own, since a std lock that is taken twice blocks its thread for good.
/// What was seen in the middle of the load names that.
#[allow(
    clippy::needless_borrow,
    reason = "the `&` lets `NoLock` fit where `Lock` does not"
)]
fn the_lock_is_free_while_a_key_loads() -> Verdict {
    let (tell_kind, kind) = channel();
    let (tell, heard) = channel();
    let (tell_end, end) = channel();
    thread::spawn(move || {
        let run = virtual_time(|| async {
            let (cache, gate) = (Cache::new(), Gate::new());
            // The receivers live to the end of the case.
            let _ = tell_kind.send((&cache.entries).kind());
            let look = async {
                // Whatever the cache does before, it may take its time.
                for _ in 0..1000 {
                    settle().await;
                    if gate.waiting() > 0 {
                        break;
                    }
                }
                let _ = tell.send(match gate.waiting() {
                    0 => Look::NotLoading,
                    _ => (&cache.entries).look(),
                });
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
    // Nobody else has the lock: who does not even get to the load waits for itself.
    let alone =
        "one caller of an empty cache blocked its thread before it awaited `load`";
    if_it_hangs(match kind.recv() {
        Ok(Some(Kind::StdMutex)) => Finding::mistake("locked-twice").saw(alone),
        Ok(Some(Kind::StdRwLock)) => Finding::mistake("rwlock-reentrant").saw(alone),
        _ => Finding::mistake("hung"),
    });
    let look = heard.recv().unwrap_or(Look::NotLoading);
    let held = match look {
        Look::Held(kind) => format!("while a key was loading, its {kind} was held"),
        Look::HeldToRead(kind) => {
            format!("while a key was loading, its {kind} was held by a reader")
        }
        Look::NotLoading | Look::Free => String::new(),
    };
    let waits_for_itself = match look {
        Look::Held(_) => Finding::mistake("scrutinee-guard"),
        Look::HeldToRead(_) => Finding::mistake("rwlock-reentrant"),
        Look::NotLoading | Look::Free => Finding::mistake("hung"),
    };
    let waits_for_itself = waits_for_itself.saw(match look {
        Look::Held(_) | Look::HeldToRead(_) => {
            format!("{held}; after the load the caller asked for it again, and waits for itself")
        }
        Look::NotLoading | Look::Free => String::new(),
    });
    if_it_hangs(waits_for_itself.clone());
    let end = end.recv().expect("a panic in the answer ends the run and not its thread");
    match (look, end.end) {
        (Look::Held(_) | Look::HeldToRead(_), End::Stuck) => Err(waits_for_itself),
        (Look::Held(Kind::StdMutex | Kind::StdRwLock), _)
        | (Look::HeldToRead(Kind::StdRwLock), _) => {
            Err(Finding::mistake("guard-across-await").saw(held))
        }
        (Look::Held(_), _) => Err(Finding::mistake("tokio-mutex-always").saw(held)),
        (Look::HeldToRead(_), _) => Err(Finding::unnamed(
            "A lock was held while a key loaded",
        )
        .saw(held)
        .because(
            "who wants to write has to wait until every read guard is gone, and whoever \
                 comes after that writer waits too.",
        )),
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
    if_it_hangs(Finding::mistake("guard-across-await").saw(
        "while one caller loaded a key, another one of the same key blocked the thread",
    ));
    let ops = Ops::new();
    let run = virtual_time(|| async {
        let cache = Cache::new();
        let get = || cache.get("key", load(&ops, "key"));
        let at_once = tokio::join!(get(), get(), get(), get(), get());
        let loads = ops.starts();
        (at_once.4, get().await, loads)
    });
    let ((at_once, later, loads), _) = run.done()?;
    for value in [at_once, later] {
        if value != "value of key" {
            return Err(wrong_value("value of key", &value));
        }
    }
    match (loads, ops.starts() - loads) {
        (1, 0) => Ok(()),
        (loads, 0) => Err(Finding::mistake("check-then-act").saw(format!(
            "5 callers asked for a key at the same time, and it was loaded {loads} times"
        ))),
        (loads, later) => Err(Finding::unnamed("A key that was loaded is loaded again")
            .saw(format!(
                "loads of one key for 5 callers at once: {loads}; for 1 after them: {later}"
            ))),
    }
}

/// So many that neither a limit nor a lock for every few keys can hide.
const MANY: usize = 64;

fn many_keys_load_side_by_side() -> Verdict {
    if_it_hangs("guard-across-await");
    let ops = Ops::new();
    let run = virtual_time(|| async {
        let (tasks, cache) = (LocalSet::new(), Rc::new(Cache::new()));
        let mut running = JoinSet::new();
        for number in 0..MANY {
            let (cache, ops) = (cache.clone(), ops.clone());
            let get = async move {
                let key = format!("key {number}");
                let value = cache.get(&key, load(&ops, &key)).await;
                (format!("value of {key}"), value)
            };
            running.spawn_local_on(get, &tasks);
        }
        tasks.run_until(running.join_all()).await
    });
    let (values, stats) = run.done()?;
    if let Some((wanted, got)) = values.iter().find(|(wanted, got)| wanted != got) {
        return Err(wrong_value(wanted, got));
    }
    let saw = format!(
        "{MANY} keys that take 100 ms each took {} ms, {} at a time",
        stats.elapsed.as_millis(),
        ops.peak()
    );
    match ops.peak() {
        MANY => Ok(()),
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
    if_it_hangs("hung");
    let ops = Ops::new();
    let run = virtual_time(|| async {
        let cache = Cache::new();
        let never = ops.run("never", std::future::pending());
        let gives_up = timeout(Duration::from_millis(10), cache.get("key", never));
        let (_, second) = tokio::join!(gives_up, cache.get("key", load(&ops, "key")));
        second
    });
    // Nobody ever has to wait in vain in the cases before: it is the one that gave up.
    let after = |what: &str| {
        Err(Finding::mistake("taken-then-awaited").saw(format!(
            "a caller was dropped in the middle of a load, and the next one {what}"
        )))
    };
    match run.end {
        End::Done(value) if value == "value of key" => Ok(()),
        End::Done(value) => Err(wrong_value("value of key", &value)),
        End::Stuck => after("waits forever"),
        End::Busy => after("asks again and again"),
        End::Panicked(note) => after(&format!("panicked: {}", note.message)),
    }
}

/// A server's callers come on several threads, and there something may come between any two
/// lines. Who looks and acts under one guard never loads twice, however often it is tried.
#[allow(
    clippy::needless_borrow,
    reason = "the `&` lets `OneThread` fit where `Threads` does not"
)]
fn many_threads_load_a_key_once() -> Verdict {
    const KEYS: usize = 100;
    if_it_hangs("hung");
    let keys: Vec<String> = (0..KEYS).map(|n| format!("key {n}")).collect();
    let (start, began) = (Barrier::new(THREADS + 1), Instant::now());
    for _ in (0..ROUNDS).take_while(|_| began.elapsed() < ENOUGH) {
        let cache = Cache::new();
        let loads: Vec<_> = keys.iter().map(|_| AtomicUsize::new(0)).collect();
        let meanwhile = || {
            (&cache.entries).while_held(&mut || {
                start.wait();
                thread::sleep(HELD);
            });
        };
        let run = |cache: &Cache| {
            let runtime = runtime();
            start.wait();
            runtime.block_on(async {
                for (key, loads) in keys.iter().zip(&loads) {
                    let load = async {
                        loads.fetch_add(1, Relaxed);
                        Bytes::from("value")
                    };
                    cache.get(key, load).await;
                }
            });
        };
        (&cache).on_many_threads(run, meanwhile);
        let again = loads.iter().filter(|loads| loads.load(Relaxed) > 1).count();
        if again > 0 {
            return Err(Finding::mistake("check-then-act").saw(format!(
                "{THREADS} threads asked for {KEYS} keys at the same time; keys that were loaded \
                 more than once: {again}"
            )));
        }
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

/// A runtime for one of several threads. The clock of `virtual_time` would not wait for the
/// other thread.
fn runtime() -> Runtime {
    let mut builder = Builder::new_current_thread();
    builder.enable_time().start_paused(true).build().expect("a runtime can be built")
}

/// A load that takes 100 ms.
fn load(ops: &Ops, key: &str) -> impl Future<Output = Bytes> + use<> {
    let key = key.to_owned();
    ops.run(key.clone(), async move {
        sleep(Duration::from_millis(100)).await;
        Bytes::from(format!("value of {key}"))
    })
}

fn wrong_value(wanted: &str, got: &Bytes) -> Finding {
    Finding::unnamed("The value is wrong")
        .saw(format!("the value is {wanted:?}, and the cache returned {got:?}"))
}

/// The locks that the field is looked at as.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    StdMutex,
    StdRwLock,
    TokioMutex,
    TokioRwLock,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::StdMutex => "std Mutex",
            Kind::StdRwLock => "std RwLock",
            Kind::TokioMutex => "tokio Mutex",
            Kind::TokioRwLock => "tokio RwLock",
        })
    }
}

/// A lock of any kind that the field may have.
#[allow(dead_code)]
trait Lock {
    fn kind(&self) -> Option<Kind>;
    fn look(&self) -> Look;
    fn while_held(&self, then: &mut dyn FnMut());
}

impl<T> Lock for std::sync::Mutex<T> {
    fn kind(&self) -> Option<Kind> {
        Some(Kind::StdMutex)
    }

    fn look(&self) -> Look {
        seen(Kind::StdMutex, self.try_lock().is_ok(), false)
    }

    fn while_held(&self, then: &mut dyn FnMut()) {
        let _guard = self.lock();
        then();
    }
}

impl<T> Lock for std::sync::RwLock<T> {
    fn kind(&self) -> Option<Kind> {
        Some(Kind::StdRwLock)
    }

    fn look(&self) -> Look {
        seen(Kind::StdRwLock, self.try_write().is_ok(), self.try_read().is_ok())
    }

    fn while_held(&self, then: &mut dyn FnMut()) {
        let _guard = self.write();
        then();
    }
}

impl<T> Lock for tokio::sync::Mutex<T> {
    fn kind(&self) -> Option<Kind> {
        Some(Kind::TokioMutex)
    }

    fn look(&self) -> Look {
        seen(Kind::TokioMutex, self.try_lock().is_ok(), false)
    }

    fn while_held(&self, then: &mut dyn FnMut()) {
        let _guard = self.try_lock();
        then();
    }
}

impl<T> Lock for tokio::sync::RwLock<T> {
    fn kind(&self) -> Option<Kind> {
        Some(Kind::TokioRwLock)
    }

    fn look(&self) -> Look {
        seen(Kind::TokioRwLock, self.try_write().is_ok(), self.try_read().is_ok())
    }

    fn while_held(&self, then: &mut dyn FnMut()) {
        let _guard = self.try_write();
        then();
    }
}

impl<T: Lock> Lock for std::sync::Arc<T> {
    fn kind(&self) -> Option<Kind> {
        self.deref().kind()
    }

    fn look(&self) -> Look {
        self.deref().look()
    }

    fn while_held(&self, then: &mut dyn FnMut()) {
        self.deref().while_held(then);
    }
}

fn seen(kind: Kind, can_write: bool, can_read: bool) -> Look {
    match (can_write, can_read) {
        (true, _) => Look::Free,
        (false, true) => Look::HeldToRead(kind),
        (false, false) => Look::Held(kind),
    }
}

/// Anything else: a reference further away, so that the trait above wins where both fit.
#[allow(dead_code)]
trait NoLock {
    fn kind(&self) -> Option<Kind> {
        None
    }

    fn look(&self) -> Look {
        Look::Free
    }

    fn while_held(&self, then: &mut dyn FnMut()) {
        then();
    }
}

impl<T> NoLock for &T {}

/// What many threads may use at the same time.
#[allow(dead_code)]
trait Threads: Sync {
    fn on_many_threads(&self, run: impl Fn(&Self) + Sync, meanwhile: impl FnOnce()) {
        thread::scope(|scope| {
            let threads = [(); THREADS].map(|()| scope.spawn(|| run(self)));
            meanwhile();
            for thread in threads {
                thread.join().unwrap_or_else(|panic| resume_unwind(panic));
            }
        });
    }
}

impl<T: Sync> Threads for T {}

/// Anything else: nothing can come between two lines of one thread.
#[allow(dead_code)]
trait OneThread<T> {
    fn on_many_threads(&self, _: impl Fn(&T) + Sync, _: impl FnOnce()) {}
}

impl<T> OneThread<T> for &T {}
