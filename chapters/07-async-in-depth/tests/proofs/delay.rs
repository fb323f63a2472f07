//! Delays on the real clock. Only the order of events is judged, never how long they took.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::{Duration, Instant};

use async_in_depth::time::sleep;
use async_in_depth::{Runtime, block_on, spawn};

use crate::ends;

#[derive(Default)]
struct Count(AtomicUsize);

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, SeqCst);
    }
}

#[test]
fn a_delay_wakes_the_task_that_polled_last_and_only_once() {
    ends(|| {
        let [a, b] = [(); 2].map(|()| Arc::new(Count::default()));
        let mut delay = sleep(Duration::from_millis(100));
        for count in [&a, &b, &a, &b] {
            let waker = Waker::from(count.clone());
            let mut cx = Context::from_waker(&waker);
            if Pin::new(&mut delay).poll(&mut cx).is_ready() {
                return; // this machine is too busy to tell
            }
        }
        while b.0.load(SeqCst) == 0 {
            thread::sleep(Duration::from_millis(1));
        }
        assert_eq!((a.0.load(SeqCst), b.0.load(SeqCst)), (0, 1));
    });
}

#[test]
fn a_delay_polled_in_one_task_ends_in_another() {
    ends(|| {
        let runtime = Runtime::with_workers(2).unwrap();
        runtime.block_on(async {
            let mut delay = sleep(Duration::from_millis(20));
            let _ = poll_fn(|cx| Poll::Ready(Pin::new(&mut delay).poll(cx))).await;
            spawn(delay).await.unwrap();
        });
    });
}

#[test]
fn no_delay_ends_too_early_and_short_ones_end_before_long_ones() {
    ends(|| {
        let runtime = Runtime::with_workers(2).unwrap();
        let begin = Instant::now();
        let tasks: Vec<_> = runtime.block_on(async {
            let times = (0..200).rev().map(Duration::from_millis);
            times.map(|time| spawn(async move { (time, sleep(time).await).0 })).collect()
        });
        for task in tasks {
            let time = runtime.block_on(task).unwrap();
            assert!(begin.elapsed() >= time);
        }
    });
}

#[test]
fn a_dropped_delay_wakes_nobody_and_a_short_one_overtakes_a_long_one() {
    ends(|| {
        let count = Arc::new(Count::default());
        let waker = Waker::from(count.clone());
        let mut long = sleep(Duration::MAX);
        let mut short = sleep(Duration::from_millis(20));
        let mut cx = Context::from_waker(&waker);
        assert!(Pin::new(&mut long).poll(&mut cx).is_pending());
        let _ = Pin::new(&mut short).poll(&mut cx);
        drop((long, short));
        // It would have been woken before this one, which is due later.
        block_on(sleep(Duration::from_millis(40)));
        assert!(count.0.load(SeqCst) <= 1);
        drop((waker, sleep(Duration::ZERO)));
        block_on(sleep(Duration::ZERO));
        assert_eq!(Arc::strong_count(&count), 1, "the reactor still keeps a waker");
    });
}

/// A waker may be the last that knows of a task, which owns a timer of its own.
#[test]
fn a_waker_may_own_a_timer() {
    struct Owner(#[allow(dead_code)] async_in_depth::time::Delay);
    impl Wake for Owner {
        fn wake(self: Arc<Self>) {}
    }
    ends(|| {
        let hour = Duration::from_secs(3600);
        let mut delay = sleep(hour);
        for _ in 0..2 {
            let mut own = sleep(hour);
            let mut noop = Context::from_waker(Waker::noop());
            assert!(Pin::new(&mut own).poll(&mut noop).is_pending());
            // The second time, the first owner goes, and its timer with it.
            let waker = Waker::from(Arc::new(Owner(own)));
            let mut cx = Context::from_waker(&waker);
            assert!(Pin::new(&mut delay).poll(&mut cx).is_pending());
        }
        drop(delay);
    });
}
