//! Each piece of the kit tells what it is there to tell.

use std::future::{pending, poll_fn};
use std::io::ErrorKind;
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use probe::{
    Busy, CountPolls, CountWaker, End, Gate, Ops, Script, Sink, What,
    cancel_at_every_poll, is_send, settle, virtual_time,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufWriter};
use tokio::time::sleep;

const SECOND: Duration = Duration::from_secs(1);

// ---- virtual time ----------------------------------------------------------------------

#[test]
fn an_hour_less_a_second_passes_at_once_and_is_measured_exactly() {
    let (_, stats) = virtual_time(|| sleep(3599 * SECOND)).done().unwrap();
    assert_eq!(stats.elapsed, 3599 * SECOND);
}

#[test]
fn a_deadlock_is_stuck() {
    let run = virtual_time(|| async {
        let mutex = tokio::sync::Mutex::new(());
        let _first = mutex.lock().await;
        let _second = mutex.lock().await;
    });
    assert!(matches!(run.end, End::Stuck));
}

#[test]
fn an_answer_that_is_ready_and_was_never_woken_is_stuck() {
    let mut polls = 0;
    let run = virtual_time(|| {
        poll_fn(move |_| {
            polls += 1;
            if polls == 1 { Poll::Pending } else { Poll::Ready(()) }
        })
    });
    assert!(matches!(run.end, End::Stuck));
}

#[test]
fn a_loop_that_asks_again_and_again_is_busy() {
    let run = virtual_time(|| async {
        loop {
            tokio::task::yield_now().await;
        }
    });
    assert!(matches!(run.end, End::<()>::Busy));
}

#[test]
fn a_panic_is_caught_with_its_words() {
    let run = virtual_time(|| async { panic!("no {}", "cheese") });
    assert!(matches!(run.end, End::<()>::Panicked(note) if note.message == "no cheese"));
}

#[test]
fn tasks_that_outlive_the_answer_are_counted() {
    let (_, stats) = virtual_time(|| async {
        tokio::spawn(pending::<()>());
        tokio::spawn(async {}).await.unwrap();
    })
    .done()
    .unwrap();
    assert_eq!(stats.alive_tasks, 1);
}

#[test]
fn the_answer_is_called_inside_the_runtime() {
    let run = virtual_time(|| tokio::spawn(async { 7 }));
    assert_eq!(run.done().unwrap().0.unwrap(), 7);
}

#[test]
fn a_panic_of_tokio_about_its_runtime_is_known() {
    let run = std::panic::catch_unwind(|| tokio::spawn(async {}));
    let payload = run.unwrap_err();
    let text = payload.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| payload.downcast_ref::<&'static str>().copied());
    assert!(text.is_some_and(probe::is_of_a_runtime));
    assert!(!probe::is_of_a_runtime("no cheese"));
}

// ---- operations ------------------------------------------------------------------------

#[test]
fn one_after_the_other_and_all_at_once_differ_in_peak_and_time() {
    let get = |ops: &Ops| ops.run("get", sleep(SECOND));
    let ops = Ops::new();
    let in_sequence = virtual_time(|| async {
        for _ in 0..3 {
            get(&ops).await;
        }
    });
    assert_eq!((in_sequence.stats.elapsed, ops.peak(), ops.ends()), (3 * SECOND, 1, 3));
    let ops = Ops::new();
    let joined = virtual_time(|| async { tokio::join!(get(&ops), get(&ops), get(&ops)) });
    assert_eq!((joined.stats.elapsed, ops.peak(), ops.ends()), (SECOND, 3, 3));
}

#[test]
fn an_operation_that_is_never_polled_never_started() {
    let ops = Ops::new();
    drop(ops.run("save", async {}));
    assert_eq!((ops.starts(), ops.drops()), (0, 0));
}

#[test]
fn an_operation_that_is_dropped_in_the_middle_is_told_from_one_that_ended() {
    let ops = Ops::new();
    let run = virtual_time(|| {
        tokio::time::timeout(
            SECOND,
            ops.run("slow", async {
                sleep(2 * SECOND).await;
            }),
        )
    });
    assert!(run.done().unwrap().0.is_err());
    assert_eq!((ops.starts(), ops.ends(), ops.drops(), ops.in_flight()), (1, 0, 1, 0));
    let log = ops.log();
    assert_eq!((log[1].what, log[1].at), (What::Dropped, SECOND));
}

#[test]
fn operations_know_the_task_they_started_in() {
    let ops = Ops::new();
    virtual_time(|| async {
        ops.run("here", async {}).await;
        tokio::spawn(ops.run("one", async {})).await.unwrap();
        tokio::spawn(ops.run("two", async {})).await.unwrap();
    });
    assert_eq!(ops.task_ids().len(), 2);
    assert_eq!(ops.log()[0].task, None);
}

// ---- gate ------------------------------------------------------------------------------

#[test]
fn a_gate_holds_an_answer_while_the_check_looks_at_its_lock() {
    async fn answer(lock: &Mutex<u32>, gate: &Gate) {
        *lock.lock().unwrap() += 1;
        gate.pass().await;
    }
    let (lock, gate) = (Arc::new(Mutex::new(0)), Gate::new());
    let run = virtual_time(|| async {
        let task = tokio::spawn({
            let (lock, gate) = (lock.clone(), gate.clone());
            async move { answer(&lock, &gate).await }
        });
        settle().await;
        assert_eq!((gate.waiting(), lock.try_lock().is_ok()), (1, true));
        gate.open();
        task.await.unwrap();
        gate.pass().await;
    });
    run.done().unwrap();
}

#[test]
fn a_gate_lets_one_through_at_a_time() {
    let (ops, gate) = (Ops::new(), Gate::new());
    let run = virtual_time(|| async {
        for _ in 0..3 {
            let gate = gate.clone();
            tokio::spawn(ops.run("pass", async move { gate.pass().await }));
        }
        settle().await;
        assert_eq!((gate.waiting(), ops.ends()), (3, 0));
        gate.let_one_through();
        settle().await;
        assert_eq!((gate.waiting(), ops.ends()), (2, 1));
    });
    run.done().unwrap();
    assert_eq!((gate.waiting(), ops.drops()), (0, 2), "dropped callers wait no longer");
}

// ---- scripted reading and writing ------------------------------------------------------

#[test]
fn a_script_gives_its_chunks_one_a_read_and_then_the_end() {
    let mut script = Script::new().chunk("hel").chunk("lo");
    let log = script.log();
    let run = virtual_time(|| async move {
        let mut buffer = [0; 16];
        let mut sizes = Vec::new();
        for _ in 0..3 {
            sizes.push(script.read(&mut buffer).await.unwrap());
        }
        sizes
    });
    let (sizes, stats) = run.done().unwrap();
    assert_eq!(sizes, [3, 2, 0]);
    assert_eq!((log.reads(), log.at_end()), (3, 1));
    assert!(stats.polls > 2, "each chunk came after a Pending");
}

#[test]
fn a_chunk_larger_than_the_buffer_comes_in_pieces() {
    let mut script = Script::new().chunk("hello");
    let run = virtual_time(|| async move {
        let mut buffer = [0; 2];
        let mut sizes = Vec::new();
        for _ in 0..4 {
            sizes.push(script.read(&mut buffer).await.unwrap());
        }
        sizes
    });
    assert_eq!(run.done().unwrap().0, [2, 2, 1, 0]);
}

#[test]
fn reading_into_a_buffer_without_room_is_told_from_the_end() {
    let mut script = Script::new().one_byte_at_a_time("ab");
    let log = script.log();
    let run = virtual_time(|| async move {
        let mut buffer = Vec::with_capacity(64);
        script.read(&mut buffer).await.unwrap()
    });
    assert_eq!(run.done().unwrap().0, 0);
    assert_eq!((log.zero_length(), log.at_end()), (1, 0));
}

#[test]
fn an_answer_that_reads_on_after_the_end_is_stopped() {
    let mut script = Script::new().chunk("x");
    let run = virtual_time(|| async move {
        let mut buffer = [0; 16];
        while script.read(&mut buffer).await.is_ok() {}
    });
    assert!(matches!(run.end, End::Panicked(note) if note.message == Script::SPINNING));
}

#[test]
fn an_answer_that_reads_on_and_on_without_room_is_stopped() {
    let mut script = Script::new().chunk("x");
    let run = virtual_time(|| async move { while script.read(&mut []).await.is_ok() {} });
    assert!(matches!(run.end, End::Panicked(note) if note.message == Script::NO_ROOM));
}

#[test]
fn a_script_can_end_in_an_error_or_in_silence() {
    let mut failing = Script::new().then_error(ErrorKind::ConnectionReset);
    let run = virtual_time(|| async move { failing.read(&mut [0; 1]).await });
    assert_eq!(run.done().unwrap().0.unwrap_err().kind(), ErrorKind::ConnectionReset);
    let mut silent = Script::new().then_silence();
    let run = virtual_time(|| async move { silent.read(&mut [0; 1]).await });
    assert!(matches!(run.end, End::Stuck));
}

#[test]
fn a_sink_tells_a_short_write_and_a_forgotten_flush() {
    let short = Sink::new().at_most(1);
    let log = short.log();
    let run = virtual_time(|| async move {
        let mut short = short;
        short.write(b"hello world").await.unwrap()
    });
    assert_eq!((run.done().unwrap().0, log.written()), (1, b"h".to_vec()));

    let log = Sink::new().log();
    let run = virtual_time(|| {
        let sink = Sink::new();
        let log = sink.log();
        async move {
            BufWriter::new(sink).write_all(b"lost").await.unwrap();
            log
        }
    });
    let unflushed = run.done().unwrap().0;
    assert_eq!(
        (unflushed.written().len(), unflushed.writes(), unflushed.flushes()),
        (0, 0, 0)
    );
    assert_eq!((log.shutdowns(), log.writes()), (0, 0));
}

// ---- wakes and polls -------------------------------------------------------------------

#[test]
fn wakes_and_polls_are_counted() {
    let counter = CountWaker::new();
    let mut future = CountPolls::new(poll_fn(|cx| {
        cx.waker().wake_by_ref();
        Poll::<()>::Pending
    }));
    assert!(counter.poll(&mut future).is_pending());
    assert!(counter.poll(&mut future).is_pending());
    assert_eq!((counter.wakes(), future.polls()), (2, 2));
}

#[test]
fn a_poll_budget_ends_what_would_never_end() {
    let counter = CountWaker::new();
    let mut future = CountPolls::new(pending::<()>()).budget(2);
    assert!(counter.poll(&mut future).is_pending());
    assert!(counter.poll(&mut future).is_pending());
    assert_eq!(counter.poll(&mut future), Poll::Ready(Err(Busy)));
}

// ---- cancellation ----------------------------------------------------------------------

#[test]
fn cancelling_at_every_poll_finds_the_read_that_loses_bytes() {
    let script = || Script::new().one_byte_at_a_time("abcd");
    let lost = cancel_at_every_poll(script, async |script: &mut Script| {
        let mut word = Vec::new();
        script.read_to_end(&mut word).await.unwrap();
        word
    })
    .unwrap();
    assert!(lost.len() > 3);
    assert!(lost.iter().any(|trial| trial.output != b"abcd"));
    assert_eq!(lost.last().unwrap().after, None);

    let kept = cancel_at_every_poll(
        || (script(), Vec::new()),
        async |(script, word): &mut (Script, Vec<u8>)| {
            while script.read_buf(word).await.unwrap() > 0 {}
        },
    )
    .unwrap();
    assert!(kept.iter().all(|trial| trial.state.1 == b"abcd"));
}

#[test]
fn a_trial_that_gets_stuck_is_a_finding() {
    let trials = cancel_at_every_poll(|| (), async |()| pending::<()>().await);
    assert_eq!(trials.unwrap_err().id(), Some("stuck"));
}

// ---- Send ------------------------------------------------------------------------------

#[test]
fn what_lives_across_an_await_decides_whether_a_future_is_send() {
    async fn held() {
        let rc = std::rc::Rc::new(1);
        tokio::task::yield_now().await;
        drop(rc);
    }
    async fn released() {
        {
            let _rc = std::rc::Rc::new(1);
        }
        tokio::task::yield_now().await;
    }
    assert!(!is_send!(held()));
    assert!(is_send!(released()));
}

// ---- pictures --------------------------------------------------------------------------

#[test]
fn a_picture_shows_the_answer_and_what_the_check_wrapped() {
    let picture = probe::picture("answer", "Two reads", |recorder| {
        let read = |n| recorder.wrap(format!("read {n}"), async { sleep(SECOND).await });
        let (first, second) = (read(1), read(2));
        async { (first.await, second.await) }
    });
    let drawn = format!("{picture:?}");
    for part in ["0 ms", "1000 ms", "2000 ms", "answer  ", "read 1  ", "read 2  ", "<svg"]
    {
        assert!(drawn.contains(part), "{part}");
    }
}

#[test]
fn a_picture_of_an_answer_that_panics_or_never_ends_shows_how_far_it_came() {
    let panics = probe::picture("answer", "A panic", |_| async { panic!("not today") });
    assert!(format!("{panics:?}").contains("! panicked"));
    let stuck = probe::picture("answer", "Stuck", |_| pending::<()>());
    assert!(format!("{stuck:?}").contains("- waits to be woken"));
}
