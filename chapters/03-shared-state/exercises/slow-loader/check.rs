//! Holds a load in the middle and looks at the lock, whatever kind it is, then counts the
//! loads of one key and the time that several keys take.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/03-shared-state/slow-loader/solution.rs"
)]
mod exercise;

use std::any::type_name;
use std::future::poll_fn;
use std::ops::Deref;
use std::pin::pin;
use std::rc::Rc;
use std::sync::atomic::{
    AtomicUsize,
    Ordering::{Relaxed, SeqCst},
};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};
use std::{fmt, mem, thread};

use bytes::Bytes;
use exercise::Cache;
use probe::threads::{self, THREADS};
use probe::words::{count, times};
use probe::{End, Finding, Gate, Ops, Verdict, if_it_hangs, settle, virtual_time};
use tokio::runtime::Runtime;
use tokio::task::{JoinSet, LocalSet};
use tokio::time::{sleep, timeout};

probe::main!(
    "03-slow-loader",
    [
        the_lock_is_free_while_a_key_loads,
        five_callers_load_a_key_once,
        the_lock_is_free_while_callers_wait_for_a_load,
        any_key_and_any_value_will_do,
        many_keys_load_side_by_side,
        a_key_that_is_there_is_returned_at_once,
        a_caller_that_gives_up_leaves_the_key_loadable,
        callers_that_give_up_take_nothing_from_the_others,
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
            let _ =
                tell_kind.send(((&cache.entries).kind(), waits_inside(&cache.entries)));
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
    let (kind, a_wait_for_each_key) = kind.recv().unwrap_or_default();
    if_it_hangs(match kind {
        Some(Kind::StdMutex) => Finding::mistake("locked-twice").saw(alone),
        Some(Kind::StdRwLock) => Finding::mistake("rwlock-reentrant").saw(alone),
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
        (Look::Held(_), _) if a_wait_for_each_key => Err(
            // Nobody meant to wait under the big lock.
            Finding::mistake("guard-across-await").saw(format!(
                "{held}, although each key has something of its own to wait for: a guard without a \
                 name lives to the end of its statement, with all that is awaited there"
            )),
        ),
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

/// Whether what is in the map has something to wait for, going by the type's name.
fn waits_inside<T>(_: &T) -> bool {
    let name = type_name::<T>();
    let map = name.split_once("Map<").map_or("", |(_, inside)| inside);
    ["OnceCell<", "Mutex<", "RwLock<", "Notify", "Semaphore"]
        .iter()
        .any(|kind| map.contains(kind))
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
    if let End::Stuck = run.end
        && ops.ends() == 1
    {
        return Err(Finding::mistake("notify-remembers").saw(
            "5 callers asked for a key at the same time; it was loaded once, and not all of them returned",
        ));
    }
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

/// One caller loads a key, and another one waits for that: does it hold the lock meanwhile?
#[allow(
    clippy::needless_borrow,
    reason = "the `&` lets `NoLock` fit where `Lock` does not"
)]
fn the_lock_is_free_while_callers_wait_for_a_load() -> Verdict {
    if_it_hangs(Finding::mistake("guard-across-await").saw(
        "while one caller loaded a key, another one of the same key blocked the thread",
    ));
    let run = virtual_time(|| async {
        let (cache, gate) = (Cache::new(), Gate::new());
        let get = || {
            cache.get("key", async {
                gate.pass().await;
                Bytes::from("value")
            })
        };
        let look = async {
            for _ in 0..10 {
                settle().await;
            }
            let look = (&cache.entries).look();
            gate.open();
            look
        };
        tokio::join!(get(), get(), get(), look).3
    });
    let (id, kind) = match run.done()?.0 {
        Look::NotLoading | Look::Free => return Ok(()),
        Look::Held(kind @ (Kind::StdMutex | Kind::StdRwLock))
        | Look::HeldToRead(kind @ Kind::StdRwLock) => ("guard-across-await", kind),
        Look::Held(kind) | Look::HeldToRead(kind) => ("tokio-mutex-always", kind),
    };
    Err(Finding::mistake(id).saw(format!(
        "the {kind} was free while one caller loaded a key, and held once others waited for the same key"
    )))
}

/// An empty value is a value, and an empty key is a key.
fn any_key_and_any_value_will_do() -> Verdict {
    if_it_hangs("guard-across-await");
    let ops = Ops::new();
    let keys = ["", "key", "Key", "key ", "key/", "kez"];
    let run = virtual_time(|| async {
        let cache = Cache::new();
        for round in 0..3 {
            for key in keys {
                let load = ops.run(key, async {
                    settle().await;
                    Bytes::from(key.repeat(usize::from(key != "kez")))
                });
                let value = cache.get(key, load).await;
                let expected = if key == "kez" { "" } else { key };
                if value != expected {
                    return Err(Finding::unnamed("The value is wrong").saw(format!(
                        "the value of the key {key:?} is {expected:?}, and the cache returned {value:?}"
                    )));
                }
            }
            if ops.starts() != keys.len() {
                let mut loaded: Vec<_> =
                    ops.log().iter().map(|event| event.label.clone()).collect();
                loaded.drain(..2 * keys.len());
                let empty = loaded.iter().all(|key| key.is_empty() || key == "kez");
                let finding = match empty {
                    true => Finding::mistake("empty-is-nothing"),
                    false => Finding::unnamed("A key that was loaded is loaded again"),
                };
                return Err(finding.saw(format!(
                    "a cache was asked for {} keys {}, and loaded {}; the values of \"\" and \"kez\" \
                     are empty",
                    keys.len(),
                    times(round + 1),
                    count(ops.starts(), "value")
                )));
            }
        }
        Ok(())
    });
    run.done()?.0
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

/// While one caller loads, some that wait give up, or the one that loads does. Then a newcomer
/// asks. Whoever is left gets the value, and at no time do two load.
fn callers_that_give_up_take_nothing_from_the_others() -> Verdict {
    const CALLERS: usize = 5;
    if_it_hangs("hung");
    for gives_up in 1..1_u32 << CALLERS {
        let ops = Ops::new();
        let quits = |caller: usize| gives_up >> caller & 1 == 1;
        let run = virtual_time(|| async {
            let cache = Cache::new();
            let caller = |number: usize| {
                let get = cache.get("key", load(&ops, "key"));
                // One after the other, each in the middle of a load.
                let patience = match number < CALLERS && quits(number) {
                    true => Duration::from_millis(30 + 7 * number as u64),
                    false => Duration::from_secs(1000),
                };
                timeout(patience, get)
            };
            let late = async {
                sleep(Duration::from_millis(80)).await;
                caller(CALLERS).await
            };
            tokio::join!(caller(0), caller(1), caller(2), caller(3), caller(4), late)
        });
        let quitters = gives_up.count_ones() as usize;
        let who = match (quits(0), quitters) {
            (true, 1) => "the one that loaded gave up".to_owned(),
            (false, _) => format!("{} that waited gave up", count(quitters, "caller")),
            (true, _) => format!(
                "the one that loaded gave up, and {} that waited",
                count(quitters - 1, "caller")
            ),
        };
        let saw = format!("{CALLERS} callers asked for a key, and {who}");
        let (a, b, c, d, e, late) = match run.end {
            End::Done(values) => values,
            End::Stuck => {
                return Err(Finding::mistake("taken-then-awaited")
                    .saw(format!("{saw}; the others wait forever")));
            }
            _ => run.done()?.0,
        };
        let left = [a, b, c, d, e].into_iter().enumerate();
        let left = left.filter(|(number, _)| !quits(*number)).map(|(_, got)| got);
        for got in left.chain([late]) {
            match got {
                Ok(value) if value == "value of key" => {}
                Ok(value) => return Err(wrong_value("value of key", &value)),
                Err(_) => {
                    return Err(Finding::mistake("taken-then-awaited")
                        .saw(format!("{saw}; another one had no value 1000 s later")));
                }
            }
        }
        if ops.ends() > 1 || ops.peak() > 1 {
            return Err(Finding::unnamed("Who gave up let the key be loaded twice")
                .saw(format!(
                    "{saw}; then another one came; loads that ran to their end: {}, at the same time: {}",
                    ops.ends(),
                    ops.peak()
                ))
                .because(
                    "what a caller leaves behind when it is dropped belongs to those that still wait, \
                     too: whoever comes next has to find them.",
                ));
        }
    }
    Ok(())
}

/// A server's callers come on several threads, and there something may come between any two
/// lines. Who looks and acts under one guard never loads twice, however often it is tried.
#[allow(
    clippy::needless_borrow,
    reason = "the `&` lets `OneThread` fit where `Threads` does not"
)]
fn many_threads_load_a_key_once() -> Verdict {
    const KEYS: usize = 20_000;
    // As many of the keys as they come to while all threads are at it together. Tokio's locks are slow here.
    const TOGETHER: Duration = Duration::from_millis(100);
    if_it_hangs("hung");
    let keys: Vec<String> = (0..KEYS).map(|n| format!("key {n}")).collect();
    for _ in threads::rounds().take(6) {
        let cache = Cache::new();
        let loads: Vec<_> = keys.iter().map(|_| AtomicUsize::new(0)).collect();
        let running = AtomicUsize::new(THREADS);
        let hold = |go: &dyn Fn()| (&cache.entries).while_held(&mut || go());
        let run = |cache: &Cache, runtime: &Runtime| {
            let all = async {
                let began = Instant::now();
                let keys = keys.iter().zip(&loads);
                for (key, loads) in keys.take_while(|_| began.elapsed() < TOGETHER) {
                    let load = async {
                        loads.fetch_add(1, Relaxed);
                        Bytes::from("value")
                    };
                    cache.get(key, load).await;
                }
            };
            runtime.block_on(until_all_wait(all, &running));
        };
        (&cache).on_many_threads(run, hold);
        let again = loads.iter().filter(|loads| loads.load(Relaxed) > 1).count();
        if again > 0 {
            return Err(Finding::mistake("check-then-act").saw(format!(
                "{THREADS} threads asked for the same keys at the same time; keys that were loaded more \
                 than once: {again}"
            )));
        }
    }
    Ok(())
}

/// Runs the future, and says what it means if it never ends once the last of all threads waits in an `.await`, and
/// so none is blocked.
async fn until_all_wait<F: Future>(future: F, running: &AtomicUsize) -> F::Output {
    let mut future = pin!(future);
    let mut waits = false;
    let output = poll_fn(|cx| {
        if mem::take(&mut waits) {
            running.fetch_add(1, SeqCst);
            if_it_hangs("hung");
        }
        let polled = future.as_mut().poll(cx);
        waits = polled.is_pending();
        if waits && running.fetch_sub(1, SeqCst) == 1 {
            if_it_hangs(lost_news());
        }
        polled
    })
    .await;
    if running.fetch_sub(1, SeqCst) == 1 {
        if_it_hangs(lost_news());
    }
    output
}

/// Nobody loads, and nobody is blocked: those that wait have missed what they wait for.
fn lost_news() -> Finding {
    Finding::mistake("notify-remembers").saw(format!(
        "{THREADS} threads asked for the same keys; in the end no load was under way, and callers \
         were still waiting in an `.await`"
    ))
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
    fn on_many_threads(
        &self,
        run: impl Fn(&Self, &Runtime) + Sync,
        hold: impl FnOnce(&dyn Fn()),
    ) {
        threads::together(hold, |_, runtime| run(self, runtime));
    }
}

impl<T: Sync> Threads for T {}

/// Anything else: nothing can come between two lines of one thread.
#[allow(dead_code)]
trait OneThread<T> {
    fn on_many_threads(
        &self,
        _: impl Fn(&T, &Runtime) + Sync,
        _: impl FnOnce(&dyn Fn()),
    ) {
    }
}

impl<T> OneThread<T> for &T {}
