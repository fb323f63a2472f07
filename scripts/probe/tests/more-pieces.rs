//! The pieces for peers that fail, for ends that must not be passed, and for real threads.

use std::collections::HashSet;
use std::future::pending;
use std::io::ErrorKind;
use std::panic::catch_unwind;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::task::Poll;
use std::thread;
use std::time::Duration;

use futures_core::Stream;
use probe::words::{bytes, count, cut, duration, harmless, or, times};
use probe::{
    Call, CountWaker, Done, End, Pool, Script, Sink, Strict, cuts, sizes, threads,
    virtual_time, virtual_time_with_pool,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;
use tokio::time::sleep;

const SECOND: Duration = Duration::from_secs(1);

// ---- ends ------------------------------------------------------------------------------

/// Two elements, then the end, and then it begins anew.
struct Two(u32);

impl Stream for Two {
    type Item = u32;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> Poll<Option<u32>> {
        self.0 = (self.0 + 1) % 3;
        Poll::Ready((self.0 > 0).then_some(self.0))
    }
}

async fn next<S: Stream + Unpin>(stream: &mut S) -> Option<S::Item> {
    std::future::poll_fn(|cx| std::pin::Pin::new(&mut *stream).poll_next(cx)).await
}

#[test]
fn a_strict_stream_that_is_polled_after_none_is_named() {
    let stream = Strict::new("the list", Two(0));
    let log = stream.log();
    let run = virtual_time(|| async move {
        let mut stream = stream;
        assert_eq!(
            (next(&mut stream).await, next(&mut stream).await),
            (Some(1), Some(2))
        );
        assert_eq!(next(&mut stream).await, None);
        assert!(log.done() && log.verdict().is_ok() && !log.dropped());
        next(&mut stream).await
    });
    let finding = run.done().unwrap_err();
    assert_eq!(finding.id(), Some("polled-after-none"));
}

#[test]
fn a_forgiving_stream_remembers_that_it_was_polled_after_none() {
    let mut stream = Strict::new("the list", Two(0)).forgiving();
    let log = stream.log();
    virtual_time(|| async {
        while next(&mut stream).await.is_some() {}
        assert_eq!((next(&mut stream).await, next(&mut stream).await), (None, None));
    })
    .done()
    .unwrap();
    assert_eq!((log.polls(), log.polled_after_end()), (3, 2));
    assert_eq!(log.verdict().unwrap_err().id(), Some("polled-after-none"));
    drop(stream);
    assert!(log.dropped());
}

#[test]
fn a_future_that_is_polled_after_its_end_is_told_from_one_that_is_not() {
    let mut future = Strict::new("the fetch", async { 7 }).forgiving();
    let (log, counter) = (future.log(), CountWaker::new());
    assert_eq!(counter.poll(&mut future), Poll::Ready(7));
    assert!(log.verdict().is_ok());
    assert_eq!(counter.poll(&mut future), Poll::Pending);
    assert_eq!(log.verdict().unwrap_err().id(), Some("polled-after-done"));
}

// ---- readers ---------------------------------------------------------------------------

async fn read_all(mut script: Script) -> (Vec<u8>, Option<ErrorKind>) {
    let mut got = Vec::new();
    let result = script.read_to_end(&mut got).await;
    (got, result.err().map(|err| err.kind()))
}

#[test]
fn a_reader_fails_ends_or_falls_silent_at_any_byte() {
    let script = || Script::new().chunk("ab").chunk("cd");
    for n in 0..=4 {
        let expected = b"abcd"[..n].to_vec();
        let broken = script().error_at(n, ErrorKind::ConnectionReset);
        let run = virtual_time(|| read_all(broken)).done().unwrap();
        assert_eq!(run.0, (expected.clone(), Some(ErrorKind::ConnectionReset)));
        let run = virtual_time(|| read_all(script().end_at(n))).done().unwrap();
        assert_eq!(run.0, (expected.clone(), None));
        let mut silent = script().silence_at(n);
        let mut got = Vec::new();
        let run =
            virtual_time(|| async { while silent.read_buf(&mut got).await.is_ok() {} });
        assert!(matches!(run.end, End::Stuck));
        assert_eq!(got, expected);
    }
}

#[test]
fn one_read_that_fails_is_not_the_end() {
    let mut script = Script::new().chunk("a").error(ErrorKind::Interrupted).chunk("b");
    let log = script.log();
    let run = virtual_time(|| async move {
        let mut got = Vec::new();
        let first = script.read_buf(&mut got).await.unwrap();
        let second = script.read_buf(&mut got).await.unwrap_err().kind();
        let third = script.read_buf(&mut got).await.unwrap();
        (first, second, third, got)
    });
    let expected = (1, ErrorKind::Interrupted, 1, b"ab".to_vec());
    assert_eq!(run.done().unwrap().0, expected);
    assert_eq!((log.reads(), log.errors()), (3, 1));
}

#[test]
fn a_script_waits_on_the_clock_of_the_answer() {
    let script = Script::new().chunk("a").wait(5 * SECOND).chunk("b").wait(SECOND);
    let (read, stats) = virtual_time(|| read_all(script)).done().unwrap();
    assert_eq!((read, stats.elapsed), ((b"ab".to_vec(), None), 6 * SECOND));
}

#[test]
fn every_cut_is_the_whole_input_and_no_two_are_the_same() {
    let ways: Vec<_> = cuts(b"abcde").collect();
    assert_eq!(ways.len(), 1 + 4 + 1);
    assert!(ways.iter().all(|way| way.concat() == b"abcde"));
    assert_eq!(ways.iter().collect::<HashSet<_>>().len(), ways.len());
    assert_eq!((cuts(b"ab").count(), cuts(b"a").count(), cuts(b"").count()), (2, 1, 1));
    for way in ways {
        let run = virtual_time(|| read_all(Script::new().chunks(&way)));
        assert_eq!(run.done().unwrap().0.0, b"abcde");
    }
}

#[test]
fn sizes_meet_every_usual_buffer() {
    let sizes: Vec<_> = sizes(13).collect();
    assert!(sizes.is_sorted_by(|a, b| a < b));
    for size in [0, 1, 15, 16, 17, 4095, 4096, 4097, 8191, 8192, 8193] {
        assert!(sizes.contains(&size), "{size}");
    }
}

// ---- writers ---------------------------------------------------------------------------

const FULL: ErrorKind = ErrorKind::StorageFull;

#[test]
fn a_write_that_fails_once_is_told_from_writes_that_keep_failing() {
    for (sink, expected) in [
        (Sink::new().fails(Call::Write(2), FULL), [true, false, true, true]),
        (Sink::new().fails_from(Call::Write(2), FULL), [true, false, false, false]),
        (Sink::new().fails_after(2, FULL), [true, true, false, false]),
    ] {
        let (log, mut sink) = (sink.log(), sink);
        let run = virtual_time(|| async move {
            let mut worked = Vec::new();
            for _ in 0..4 {
                worked.push(sink.write_all(b"x").await.is_ok());
            }
            worked
        });
        assert_eq!(run.done().unwrap().0, expected);
        let written = expected.iter().filter(|worked| **worked).count();
        assert_eq!(
            (log.written().len(), log.unflushed(), log.writes()),
            (written, written, 4)
        );
    }
}

#[test]
fn a_flush_is_told_from_a_shutdown() {
    let sink = Sink::new()
        .fails(Call::Flush(1), FULL)
        .fails_from(Call::Shutdown(1), ErrorKind::NotConnected);
    let (log, mut sink) = (sink.log(), sink);
    let run = virtual_time(|| async move {
        sink.write_all(b"abc").await.unwrap();
        let first = sink.flush().await.unwrap_err().kind();
        let second = sink.flush().await;
        let end = [sink.shutdown().await, sink.shutdown().await];
        (first, second.is_ok(), end.map(|end| end.unwrap_err().kind()))
    });
    assert_eq!(run.done().unwrap().0, (FULL, true, [ErrorKind::NotConnected; 2]));
    let expected = [
        Done::Wrote(3),
        Done::Failed(Call::Flush(1)),
        Done::Flushed,
        Done::Failed(Call::Shutdown(1)),
        Done::Failed(Call::Shutdown(2)),
    ];
    assert_eq!(log.done(), expected);
}

#[test]
fn one_chosen_call_is_slow_and_counts_once() {
    let sink = Sink::new().slow(Call::Write(2), SECOND).slow(Call::Flush(1), 2 * SECOND);
    let (log, mut sink) = (sink.log(), sink);
    let run = virtual_time(|| async move {
        for _ in 0..3 {
            sink.write_all(b"x").await.unwrap();
        }
        sink.flush().await.unwrap();
    });
    assert_eq!(run.done().unwrap().1.elapsed, 3 * SECOND);
    assert_eq!((log.writes(), log.flushes()), (3, 1));
}

#[test]
fn a_peer_that_takes_nothing_and_one_that_says_nothing_differ() {
    let write = async |mut sink: Sink| sink.write_all(b"abcdef").await;
    let sink = Sink::new().at_most(2).zero_after(4);
    let log = sink.log();
    let result = virtual_time(|| write(sink)).done().unwrap().0;
    assert_eq!(result.unwrap_err().kind(), ErrorKind::WriteZero);
    assert_eq!(log.written(), b"abcd");
    let sink = Sink::new().silence_after(4);
    let log = sink.log();
    assert!(matches!(virtual_time(|| write(sink)).end, End::Stuck));
    assert_eq!((log.written(), log.writes()), (b"abcd".to_vec(), 2));
    let mut spins = Sink::new().zero_after(0);
    let run = virtual_time(|| async move { while spins.write(b"x").await.is_ok() {} });
    assert!(matches!(run.end, End::Panicked(note) if note.message == Sink::SPINNING));
}

// ---- threads ---------------------------------------------------------------------------

#[test]
fn a_look_and_an_act_under_two_locks_are_found_out_on_several_threads() {
    let count = Mutex::new(0);
    let lost = threads::rounds().any(|_| {
        *count.lock().unwrap() = 0;
        let hold = |go: &dyn Fn()| {
            let _guard = count.lock().unwrap();
            go();
        };
        threads::together(hold, |_, _| {
            for _ in 0..100 {
                let old = *count.lock().unwrap();
                *count.lock().unwrap() = old + 1;
            }
        });
        *count.lock().unwrap() != 100 * threads::THREADS
    });
    assert!(lost);
}

#[test]
fn threads_begin_together_though_nobody_says_go() {
    let numbers =
        threads::together(|_| {}, |number, runtime| runtime.block_on(async { number }));
    assert!(numbers.into_iter().eq(0..threads::THREADS));
}

#[test]
fn a_panic_on_one_thread_is_kept_or_goes_on() {
    let work = |number, _: &_| assert_ne!(number, 3, "no cheese");
    let ended = threads::try_together(|go| go(), work);
    assert_eq!(ended.iter().filter(|ended| ended.is_err()).count(), 1);
    assert!(catch_unwind(|| threads::together(|go| go(), work)).is_err());
}

#[test]
fn a_wake_comes_from_another_thread_at_the_moment_that_is_chosen() {
    let (tell, told) = tokio::sync::oneshot::channel();
    let run = virtual_time(|| async {
        let here = thread::current().id();
        threads::elsewhere(|| {
            assert_ne!(thread::current().id(), here);
            tell.send(7).unwrap();
        });
        told.await.unwrap()
    });
    assert_eq!(run.done().unwrap().0, 7);
}

#[test]
fn a_feeder_refills_a_channel_until_it_is_dropped() {
    static FED: AtomicUsize = AtomicUsize::new(0);
    let (tx, mut rx) = tokio::sync::mpsc::channel(2);
    let feeder = threads::feed(move |n| {
        FED.fetch_add(1, SeqCst);
        tx.blocking_send(n).is_ok()
    });
    for expected in 0..100 {
        assert_eq!(rx.blocking_recv(), Some(expected));
    }
    drop(feeder);
    // What was in the channel, and what was on its way into it.
    assert!((0..4).any(|_| rx.blocking_recv().is_none()));
    assert!(FED.load(SeqCst) <= 103);
}

// ---- the blocking pool -----------------------------------------------------------------

#[test]
fn a_job_for_an_occupied_pool_does_not_begin() {
    let pool = Pool::new(2);
    let full = pool.occupy();
    let begun = std::sync::Arc::new(AtomicUsize::new(0));
    let job = pool.runtime().spawn_blocking({
        let begun = begun.clone();
        move || begun.fetch_add(1, SeqCst)
    });
    let quick = pool.block_on(async { tokio::time::timeout(SECOND / 100, job).await });
    assert!(quick.is_err());
    assert_eq!(begun.load(SeqCst), 0);
    drop(full);
    // It waits until the threads are free, and the job was first.
    drop(pool.occupy());
    assert_eq!(begun.load(SeqCst), 1);
}

#[test]
fn a_clock_on_a_blocking_thread_goes_on() {
    let answer = || async {
        let handle = Handle::current();
        let job = spawn_blocking(move || handle.block_on(sleep(SECOND)));
        job.await.unwrap();
        sleep(SECOND).await;
    };
    let (_, stats) = virtual_time_with_pool(answer).done().unwrap();
    assert!(stats.elapsed >= 2 * SECOND);
    assert_eq!(stats.alive_tasks, 0);
}

#[test]
fn without_a_job_the_clock_is_as_exact_as_ever() {
    for _ in 0..200 {
        let run = virtual_time_with_pool(|| async {
            for _ in 0..100 {
                sleep(SECOND).await;
            }
        });
        let (_, stats) = run.done().unwrap();
        assert_eq!((stats.elapsed, stats.alive_tasks), (100 * SECOND, 0));
    }
    assert!(matches!(virtual_time_with_pool(pending::<()>).end, End::Stuck));
}

// ---- a blocked thread ------------------------------------------------------------------

#[cfg(target_os = "linux")]
#[test]
fn a_blocked_poll_is_seen_under_a_paused_clock_and_a_wait_is_not() {
    fn blocked<F: std::future::Future>(answer: impl FnOnce() -> F) -> Option<usize> {
        virtual_time(answer).stats.blocked
    }
    let nap = || thread::sleep(Duration::from_millis(2));
    assert!(blocked(|| async { nap() }) >= Some(1));
    // In a task, too.
    let in_a_task = blocked(|| async {
        tokio::spawn(async move {
            sleep(SECOND).await;
            nap();
        })
        .await
        .unwrap();
        sleep(SECOND).await;
    });
    assert!(in_a_task >= Some(1));
    // The runtime's own waits for a thread of the pool are none of the answer's. (To start a
    // thread may wait for a lock of the process, now and then.)
    let waits = blocked(|| async {
        for _ in 0..20 {
            sleep(SECOND).await;
            spawn_blocking(nap).await.unwrap();
        }
    });
    assert!(waits < Some(10), "{waits:?}");
    let naps = blocked(|| async { (0..20).for_each(|_| nap()) });
    assert!(naps >= Some(20), "{naps:?}");
}

// ---- words -----------------------------------------------------------------------------

#[test]
fn numbers_agree_with_their_nouns() {
    let counted = [
        (0, "message"),
        (1, "batch"),
        (2, "batch"),
        (3, "key"),
        (1000, "try"),
        (2, "box"),
    ];
    let counted = counted.map(|(n, noun)| count(n, noun));
    let expected =
        ["0 messages", "1 batch", "2 batches", "3 keys", "1,000 tries", "2 boxes"];
    assert_eq!(counted, expected);
    assert_eq!(
        [0, 1, 2, 3, 1_234_567].map(times),
        ["never", "once", "twice", "3 times", "1,234,567 times"]
    );
}

#[test]
fn times_are_readable() {
    for (nanos, expected) in [
        (0, "0 ms"),
        (999, "999 ns"),
        (1_500, "1.5 µs"),
        (55_000_000, "55 ms"),
        (1_250_000_000, "1.25 s"),
        (90_000_000_000, "90 s"),
        (300_000_000_000, "5 min"),
        (1_000_000_001, "1 s"),
    ] {
        assert_eq!(duration(Duration::from_nanos(nanos)), expected);
    }
    assert_eq!(or(Some(duration(55 * SECOND / 1000)), "never"), "55 ms");
}

#[test]
fn what_an_answer_says_is_cut_and_does_nothing_to_a_terminal() {
    let long = "é".repeat(100_000);
    let shown = cut(&long);
    assert!(shown.len() < 2100 && shown.ends_with("… (197,952 bytes more)"), "{shown}");
    assert_eq!(cut("short"), "short");
    let shown = bytes(&[0xff; 1000]);
    assert!(shown.len() < 2100 && shown.ends_with("… (488 bytes more)"), "{shown}");
    let nasty = "\x1b]0;title\x07 \x1b[2J a\rb\r\n\tc \u{9b}31m \u{202e}";
    let expected = "\\u{1b}]0;title\\u{7} \\u{1b}[2J a\\rb\n\tc \\u{9b}31m \\u{202e}";
    assert_eq!(harmless(nasty), expected);
}
