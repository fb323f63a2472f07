//! The executor, with futures that count.

use std::future::{pending, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Barrier, Mutex, mpsc};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

use async_in_depth::{Executor, JoinError, Runtime, block_on, spawn};

use crate::{ends, sleeps, this_thread};

/// Waits until it is let go. Counts its polls and its drops, and notices two polls at once.
#[derive(Default)]
struct Held {
    polls: AtomicUsize,
    drops: AtomicUsize,
    free: AtomicBool,
    inside: AtomicBool,
    waiting: Mutex<Option<Waker>>,
}

struct Hold(Arc<Held>);

impl Held {
    fn new() -> (Arc<Held>, Hold) {
        let held = Arc::new(Held::default());
        (held.clone(), Hold(held))
    }

    fn wake(&self) {
        let waker = self.waiting.lock().unwrap().clone();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    fn let_go(&self) {
        self.free.store(true, SeqCst);
        self.wake();
    }

    fn wait_for_poll(&self, number: usize) {
        while self.polls.load(SeqCst) < number {
            thread::sleep(Duration::from_millis(1));
        }
    }
}

impl Future for Hold {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        assert!(!self.0.inside.swap(true, SeqCst), "polled by two threads at once");
        *self.0.waiting.lock().unwrap() = Some(cx.waker().clone());
        self.0.polls.fetch_add(1, SeqCst);
        let free = self.0.free.load(SeqCst);
        self.0.inside.store(false, SeqCst);
        if free { Poll::Ready(()) } else { Poll::Pending }
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.0.drops.fetch_add(1, SeqCst);
    }
}

/// Returns `Pending` this often, and wakes itself during each of those polls.
fn yields(
    mut times: usize,
    polls: &Arc<AtomicUsize>,
) -> impl Future<Output = ()> + use<> {
    let polls = polls.clone();
    poll_fn(move |cx| {
        polls.fetch_add(1, SeqCst);
        if times == 0 {
            return Poll::Ready(());
        }
        times -= 1;
        cx.waker().wake_by_ref();
        Poll::Pending
    })
}

#[test]
fn a_future_that_wakes_itself_during_its_poll_is_polled_again() {
    ends(|| {
        let (executor, polls) = (Executor::new(), Arc::default());
        executor.spawn(yields(3, &polls));
        executor.run();
        assert_eq!(polls.load(SeqCst), 4);
    });
}

#[test]
fn wakes_of_a_task_that_is_queued_cost_one_poll() {
    ends(|| {
        let executor = Executor::new();
        let polls = Arc::new(AtomicUsize::new(0));
        let count = polls.clone();
        executor.spawn(poll_fn(move |cx| {
            (0..10).for_each(|_| cx.waker().wake_by_ref());
            match count.fetch_add(1, SeqCst) {
                0 => Poll::Pending,
                _ => Poll::Ready(()),
            }
        }));
        executor.run();
        assert_eq!(polls.load(SeqCst), 2);
    });
}

#[test]
fn wakes_after_the_end_are_harmless() {
    ends(|| {
        let executor = Executor::new();
        let (held, hold) = Held::new();
        held.let_go();
        executor.spawn(hold);
        executor.run();
        (0..10).for_each(|_| held.wake());
        executor.run();
        drop(executor);
        (0..10).for_each(|_| held.wake());
        assert_eq!((held.polls.load(SeqCst), held.drops.load(SeqCst)), (1, 1));
    });
}

#[test]
fn a_hundred_thousand_wakes_from_each_of_eight_threads_lose_nothing() {
    ends(|| {
        let executor = Executor::new();
        let (held, hold) = Held::new();
        executor.spawn(hold);
        let threads: Vec<_> = (0..8)
            .map(|_| {
                let held = held.clone();
                thread::spawn(move || {
                    held.wait_for_poll(1);
                    (0..100_000).for_each(|_| held.wake());
                })
            })
            .collect();
        let last = thread::spawn({
            let held = held.clone();
            move || {
                threads.into_iter().for_each(|thread| thread.join().unwrap());
                held.let_go();
            }
        });
        // Three threads poll, so that a poll may be interrupted by a wake and the next poll.
        thread::scope(|scope| {
            (0..3).for_each(|_| drop(scope.spawn(|| executor.run())));
        });
        last.join().unwrap();
        assert_eq!(held.drops.load(SeqCst), 1);
        assert!(held.polls.load(SeqCst) <= 800_002);
    });
}

#[test]
fn tasks_spawn_tasks_that_spawn_tasks() {
    fn tree(depth: usize, leaves: Arc<AtomicUsize>) {
        spawn(async move {
            match depth {
                0 => drop(leaves.fetch_add(1, SeqCst)),
                _ => (0..10).for_each(|_| tree(depth - 1, leaves.clone())),
            }
        });
    }
    ends(|| {
        let (executor, leaves) = (Executor::new(), Arc::new(AtomicUsize::new(0)));
        let count = leaves.clone();
        executor.spawn(async move { tree(3, count) });
        executor.run();
        assert_eq!(leaves.load(SeqCst), 1_000);
    });
}

#[test]
fn a_panicking_task_ends_and_takes_nobody_along() {
    ends(|| {
        struct Loud;
        impl Drop for Loud {
            fn drop(&mut self) {
                panic!("in a destructor");
            }
        }
        let executor = Executor::new();
        let polls = Arc::default();
        let panics = executor.spawn(async { panic!("at poll {}", 1) });
        let drops = executor.spawn(async {
            let _loud = Loud;
            1
        });
        let fine = executor.spawn(yields(3, &polls));
        executor.run();
        let panicked = |words: &str| Err(JoinError::Panicked(words.into()));
        assert_eq!(block_on(panics), panicked("at poll 1"));
        assert_eq!(block_on(drops), panicked("in a destructor"));
        assert_eq!(block_on(fine), Ok(()));
        assert_eq!(polls.load(SeqCst), 4);
    });
}

#[test]
fn an_output_that_nobody_wants_may_panic_when_it_is_dropped() {
    struct Loud(Arc<AtomicUsize>);
    impl Drop for Loud {
        fn drop(&mut self) {
            self.0.fetch_add(1, SeqCst);
            panic!("in the output's destructor");
        }
    }
    ends(|| {
        let (executor, drops) = (Executor::new(), Arc::new(AtomicUsize::new(0)));
        let (output, polls) = (Loud(drops.clone()), Arc::default());
        drop(executor.spawn(async move { output }));
        executor.spawn(yields(3, &polls));
        executor.run();
        assert_eq!((drops.load(SeqCst), polls.load(SeqCst)), (1, 4));
        // And if it is there before the handle goes, it is the handle's owner who hears of it.
        let output = Loud(drops.clone());
        let handle = executor.spawn(async move { output });
        executor.run();
        assert_eq!(drops.load(SeqCst), 1);
        assert!(catch_unwind(AssertUnwindSafe(|| drop(handle))).is_err());
        assert_eq!(drops.load(SeqCst), 2);
    });
}

#[test]
fn panics_in_tasks_leave_the_workers_at_work() {
    ends(|| {
        let runtime = Runtime::with_workers(2).unwrap();
        runtime.block_on(async {
            let tasks: Vec<_> = (0..100)
                .map(|n| spawn(async move { assert!(n % 2 == 0, "task {n}") }))
                .collect();
            for (n, task) in tasks.into_iter().enumerate() {
                assert_eq!(task.await.is_ok(), n % 2 == 0);
            }
        });
    });
}

#[test]
fn a_dropped_runtime_drops_each_pending_task_once() {
    ends(|| {
        let runtime = Runtime::with_workers(2).unwrap();
        let (tasks, holds): (Vec<_>, Vec<_>) = (0..100).map(|_| Held::new()).unzip();
        let handles =
            runtime.block_on(async { holds.into_iter().map(spawn).collect::<Vec<_>>() });
        // Each keeps a waker, which keeps the task, which keeps the future with the waker.
        tasks.iter().for_each(|held| held.wait_for_poll(1));
        tasks[..30].iter().for_each(|held| held.let_go());
        tasks[..30].iter().for_each(|held| {
            while held.drops.load(SeqCst) == 0 {
                thread::yield_now();
            }
        });
        drop(runtime);
        assert!(tasks.iter().all(|held| held.drops.load(SeqCst) == 1));
        for (n, handle) in handles.into_iter().enumerate() {
            let ended = if n < 30 { Ok(()) } else { Err(JoinError::Dropped) };
            assert_eq!(block_on(handle), ended);
        }
        tasks.iter().for_each(|held| held.wake());
        for held in tasks {
            held.waiting.lock().unwrap().take();
            assert_eq!(Arc::strong_count(&held), 1, "something still keeps the future");
        }
    });
}

#[test]
fn a_dropped_executor_drops_tasks_that_were_never_polled() {
    ends(|| {
        let executor = Executor::new();
        let (tasks, holds): (Vec<_>, Vec<_>) = (0..100).map(|_| Held::new()).unzip();
        let handles: Vec<_> =
            holds.into_iter().map(|hold| executor.spawn(hold)).collect();
        drop(executor);
        for (held, handle) in tasks.iter().zip(handles) {
            assert_eq!(block_on(handle), Err(JoinError::Dropped));
            assert_eq!((held.polls.load(SeqCst), held.drops.load(SeqCst)), (0, 1));
        }
    });
}

#[test]
fn destructors_may_wake_and_spawn_and_panic() {
    struct AtTheEnd(Mutex<Option<Box<dyn FnOnce() + Send>>>);
    impl Drop for AtTheEnd {
        fn drop(&mut self) {
            let action = self.0.lock().unwrap().take();
            action.unwrap()();
        }
    }
    ends(|| {
        let runtime = Runtime::with_workers(2).unwrap();
        let (held, hold) = Held::new();
        let (child, child_hold) = Held::new();
        let (last, last_hold) = Held::new();
        let (waiting, all_wait) = mpsc::channel();
        runtime.block_on(async {
            spawn(hold);
            let wakes = held.clone();
            let actions: [Box<dyn FnOnce() + Send>; 3] = [
                Box::new(move || wakes.wake()),
                // This thread is not one of the runtime's any more, so this panics as well.
                Box::new(move || drop(spawn(child_hold))),
                Box::new(|| panic!("in a destructor")),
            ];
            for action in actions {
                let at_the_end = AtTheEnd(Mutex::new(Some(action)));
                let waiting = waiting.clone();
                spawn(async move {
                    waiting.send(()).unwrap();
                    pending::<()>().await;
                    drop(at_the_end);
                });
            }
            spawn(last_hold);
        });
        (0..3).for_each(|_| all_wait.recv().unwrap());
        held.wait_for_poll(1);
        drop(runtime);
        for held in [held, child, last] {
            assert_eq!(held.drops.load(SeqCst), 1);
        }
    });
}

#[test]
fn it_sleeps_while_nothing_is_ready() {
    let Some(_) = this_thread() else { return }; // only Linux can be asked
    ends(|| {
        let executor = Executor::new();
        let (held, hold) = Held::new();
        executor.spawn(hold);
        let (tell, who) = mpsc::channel();
        let run = thread::spawn(move || {
            tell.send(this_thread().unwrap()).unwrap();
            executor.run();
        });
        held.wait_for_poll(1);
        let run_thread = who.recv().unwrap();
        let before = sleeps(&run_thread);
        thread::sleep(Duration::from_millis(300));
        assert_eq!(sleeps(&run_thread), before, "it woke up although nothing happened");
        assert_eq!(held.polls.load(SeqCst), 1);
        held.let_go();
        run.join().unwrap();
        assert_eq!(held.polls.load(SeqCst), 2);
    });
}

#[test]
fn several_threads_poll_at_the_same_time() {
    ends(|| {
        let executor = Executor::new();
        // Each blocks its thread until four are blocked. Not what a task should do.
        let barrier = Arc::new(Barrier::new(4));
        for _ in 0..4 {
            let barrier = barrier.clone();
            executor.spawn(async move {
                barrier.wait();
            });
        }
        thread::scope(|scope| {
            (0..4).for_each(|_| drop(scope.spawn(|| executor.run())));
        });
    });
}

#[test]
fn it_ends_when_its_work_ends_and_not_before() {
    ends(|| {
        Executor::new().run();
        let executor = Executor::new();
        let (held, hold) = Held::new();
        executor.spawn(hold);
        let left = AtomicUsize::new(3);
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    executor.run();
                    left.fetch_sub(1, SeqCst);
                });
            }
            held.wait_for_poll(1);
            thread::sleep(Duration::from_millis(100));
            assert_eq!(left.load(SeqCst), 3, "`run` returned while a task was waiting");
            held.let_go();
        });
        // And it may begin anew.
        let again = executor.spawn(async { 1 });
        executor.run();
        assert_eq!(block_on(again), Ok(1));
    });
}

#[test]
fn a_handle_may_move_between_tasks_and_may_be_dropped() {
    ends(|| {
        let runtime = Runtime::with_workers(2).unwrap();
        let (held, hold) = Held::new();
        let sum = runtime.block_on(async {
            drop(spawn(async {}));
            let mut first = spawn(async {
                hold.await;
                20
            });
            // Polled here, and awaited elsewhere.
            poll_fn(|cx| Poll::Ready(Pin::new(&mut first).poll(cx).is_pending())).await;
            let second = spawn(async move { first.await.unwrap() + 1 });
            held.wait_for_poll(1);
            held.let_go();
            second.await.unwrap() * 2
        });
        assert_eq!(sum, 42);
    });
}

#[test]
fn block_on_loses_no_wake_that_comes_early_or_beside_another_unpark() {
    ends(|| {
        for _ in 0..1_000 {
            let (to_waker, wakers) = mpsc::channel::<Waker>();
            let waking = thread::spawn(move || wakers.into_iter().for_each(Waker::wake));
            let mut polls = 0;
            block_on(poll_fn(|cx| {
                polls += 1;
                if polls > 3 {
                    return Poll::Ready(());
                }
                to_waker.send(cx.waker().clone()).unwrap();
                // Uses up an `unpark`, as a lock or a channel inside of a poll may do.
                thread::park_timeout(Duration::from_micros(50));
                Poll::Pending
            }));
            drop(to_waker);
            waking.join().unwrap();
        }
    });
}

#[test]
fn spawn_outside_of_an_executor_says_so() {
    let panic = catch_unwind(AssertUnwindSafe(|| drop(spawn(async {})))).unwrap_err();
    let words = panic.downcast_ref::<&str>().copied().map(str::to_owned);
    let words = words.or_else(|| panic.downcast_ref::<String>().cloned());
    assert!(words.unwrap().contains("needs a thread that runs an executor"));
}
