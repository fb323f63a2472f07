//! loom runs a model once for every order in which its threads can take their steps. The models are of
//! `ours`: `block_on.rs`, `executor.rs` and `join_handle.rs`, compiled on loom's locks and atomics.

use std::env;
use std::pin::Pin;
use std::process::{Command, Stdio};
use std::task::{Context, Poll};

use loom::future::AtomicWaker;
use loom::sync::Arc;
use loom::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed, Ordering::SeqCst};
use loom::thread;

use crate::ours::block_on::block_on;
use crate::ours::executor::Executor;

/// All orders in which a thread is interrupted at most this often: more find nothing new, and take
/// much longer.
fn model(preemptions: usize, model: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(preemptions);
    builder.check(model);
}

#[derive(Default)]
struct Flag {
    set: AtomicBool,
    waiting: AtomicWaker,
}

impl Flag {
    fn set(&self) {
        self.set.store(true, SeqCst);
        self.waiting.wake();
    }
}

struct Wait {
    flag: Arc<Flag>,
    looks_first: bool,
}

impl Future for Wait {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.looks_first && self.flag.set.load(SeqCst) {
            return Poll::Ready(());
        }
        self.flag.waiting.register_by_ref(cx.waker());
        match !self.looks_first && self.flag.set.load(SeqCst) {
            true => Poll::Ready(()),
            false => Poll::Pending,
        }
    }
}

fn wait_for_a_flag(looks_first: bool) {
    model(3, move || {
        let flag = Arc::new(Flag::default());
        let setter = thread::spawn({
            let flag = flag.clone();
            move || flag.set()
        });
        loom::future::block_on(Wait { flag, looks_first });
        setter.join().unwrap();
    });
}

#[test]
fn to_register_and_then_look_is_woken_in_every_order() {
    wait_for_a_flag(false);
}

/// loom ends a deadlock with a panic that may become an abort, so this one looks at a child.
#[test]
fn to_look_and_then_register_is_never_woken_in_some_order() {
    const CHILD: &str = "PROOFS_LOOM_CHILD";
    if env::var_os(CHILD).is_some() {
        return wait_for_a_flag(true);
    }
    let this = "orders::to_look_and_then_register_is_never_woken_in_some_order";
    let child = Command::new(env::current_exe().unwrap())
        .args(["--exact", this, "--nocapture"])
        .env(CHILD, "1")
        .env("RUST_BACKTRACE", "0")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stderr);
    assert!(!child.status.success(), "loom found nothing");
    assert!(said.contains("deadlock"), "loom says something else: {said}");
}

#[test]
fn the_executor_misses_no_wake() {
    model(3, || {
        let (executor, flag) = (Executor::new(), Arc::new(Flag::default()));
        executor.spawn(Wait { flag: flag.clone(), looks_first: false });
        let setter = thread::spawn(move || flag.set());
        executor.work();
        setter.join().unwrap();
    });
}

/// Starts two threads at its first poll, and ends when it has seen what both did. What they do is
/// `Relaxed`: only the wakes themselves carry it over.
struct Both {
    done: Arc<AtomicUsize>,
    started: bool,
}

impl Future for Both {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if !self.started {
            self.started = true;
            for _ in 0..2 {
                let (done, waker) = (self.done.clone(), cx.waker().clone());
                thread::spawn(move || {
                    done.fetch_add(1, Relaxed);
                    waker.wake();
                });
            }
        }
        if self.done.load(Relaxed) == 2 { Poll::Ready(()) } else { Poll::Pending }
    }
}

#[test]
fn what_came_before_a_wake_is_seen_by_the_poll_after_it() {
    model(2, || {
        let executor = Executor::new();
        executor.spawn(Both { done: Arc::default(), started: false });
        executor.work();
    });
}

#[test]
fn what_came_before_a_wake_is_seen_by_block_on_too() {
    model(2, || block_on(Both { done: Arc::default(), started: false }));
}

#[test]
fn two_threads_run_tasks_that_wait_for_each_other_and_both_return() {
    model(2, || {
        let executor = std::sync::Arc::new(Executor::new());
        let first = executor.spawn(async { 1 });
        executor.spawn(async { assert_eq!(first.await, Ok(1)) });
        let other = thread::spawn({
            let executor = executor.clone();
            move || executor.work()
        });
        executor.work();
        other.join().unwrap();
    });
}

#[test]
fn an_executor_that_is_dropped_while_it_is_woken_drops_its_task_once() {
    struct CountDrop(Arc<AtomicUsize>);
    impl Drop for CountDrop {
        fn drop(&mut self) {
            self.0.fetch_add(1, SeqCst);
        }
    }
    model(3, || {
        let (flag, drops) = (Arc::new(Flag::default()), Arc::new(AtomicUsize::new(0)));
        let executor = std::sync::Arc::new(Executor::new());
        let (wait, counted) = (flag.clone(), CountDrop(drops.clone()));
        executor.spawn(async move {
            Wait { flag: wait, looks_first: false }.await;
            drop(counted);
        });
        let setter = thread::spawn(move || flag.set());
        let worker = thread::spawn({
            let executor = executor.clone();
            move || executor.work()
        });
        executor.close();
        setter.join().unwrap();
        worker.join().unwrap();
        drop(executor);
        assert_eq!(drops.load(SeqCst), 1);
    });
}
