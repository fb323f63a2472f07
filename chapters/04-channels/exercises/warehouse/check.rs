//! A shelf of the check's own is slow, can be held in the middle, and can panic. Requests are
//! dropped, queued, and left without a task.

#![allow(dead_code, clippy::drop_non_drop)] // as long as the exercise is unwritten

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/04-channels/warehouse/solution.rs"
)]
mod exercise;

use std::collections::BTreeMap;
use std::panic::resume_unwind;
use std::time::Duration;

use exercise::{Error, Warehouse, open};
use probe::words::{count, times};
use probe::{
    End, Finding, Gate, Ops, PanicNote, Run, Stats, Verdict, settle, virtual_time,
};
use tokio::time::sleep;

probe::main!(
    "04-warehouse",
    [
        put_and_take_are_answered,
        a_full_queue_is_no_error,
        a_swap_is_answered,
        nobody_sees_half_a_swap,
        requests_of_all_kinds_stand_in_one_line,
        the_warehouse_ends_when_nobody_is_left,
        who_asks_may_go_away,
        without_a_task_there_is_an_error,
        a_shelf_that_panics_closes_the_warehouse,
        what_is_queued_is_still_done,
        only_so_many_wait_in_the_queue,
    ]
);

/// The goods of the check.
#[derive(Default)]
struct Goods {
    pieces: BTreeMap<String, u64>,
    ops: Ops,
    /// Every operation waits here, if there is one.
    gate: Option<Gate>,
    /// How long an operation takes without a gate: a millisecond if nothing else is said.
    time: Option<Duration>,
}

impl Goods {
    /// Works for its time, or as long as the gate is closed.
    async fn work(&self, label: String) {
        assert!(!label.contains("curse"), "the shelf is cursed");
        let gate = self.gate.clone();
        let time = self.time.unwrap_or(Duration::from_millis(1));
        let work = async move {
            match gate {
                Some(gate) => gate.pass().await,
                None => sleep(time).await,
            }
        };
        self.ops.run(label, work).await;
    }
}

impl exercise::Shelf for Goods {
    async fn put(&mut self, item: &str, count: u64) -> u64 {
        self.work(format!("put {count} {item}")).await;
        let pieces = self.pieces.entry(item.into()).or_default();
        *pieces += count;
        *pieces
    }

    async fn take(&mut self, item: &str, count: u64) -> Option<u64> {
        self.work(format!("take {count} {item}")).await;
        let pieces = self.pieces.entry(item.into()).or_default();
        *pieces = pieces.checked_sub(count)?;
        Some(*pieces)
    }
}

fn put_and_take_are_answered() -> Verdict {
    let run = virtual_time(|| async {
        let (warehouse, _task) = open(Goods::default(), 8);
        let answers = [
            warehouse.put("lamp", 3).await,
            warehouse.put("lamp", 4).await,
            warehouse.take("lamp", 5).await,
            warehouse.take("lamp", 5).await,
            warehouse.take("lamp", 2).await,
        ];
        drop(warehouse);
        answers
    });
    let (answers, _) = run.done()?;
    let expected = [Ok(3), Ok(7), Ok(2), Err(Error::OutOfStock), Ok(0)];
    if answers != expected {
        return Err(Finding::unnamed("The answers are wrong").saw(format!(
            "put 3, put 4, take 5, take 5, take 2 were answered with {answers:?}"
        )));
    }
    Ok(())
}

fn a_full_queue_is_no_error() -> Verdict {
    // The last one waits forty minutes for room, and ten more for its answer: nobody's patience
    // counts.
    let ops = Ops::new();
    let time = Some(Duration::from_secs(300));
    let goods = Goods { ops: ops.clone(), time, ..Goods::default() };
    let run = virtual_time(|| async {
        let (warehouse, _task) = open(goods, 1);
        let asked: Vec<_> = (0..10)
            .map(|_| {
                let warehouse = warehouse.clone();
                tokio::spawn(async move { warehouse.put("nail", 1).await })
            })
            .collect();
        let mut answers = Vec::new();
        for asked in asked {
            answers.push(asked.await.expect("the check aborts none"));
        }
        answers
    });
    let (answers, _) = run.done()?;
    let refused = answers.iter().filter(|answer| answer.is_err()).count();
    if refused > 0 {
        return Err(Finding::mistake("send-always-arrives").saw(format!(
            "ten asked at once, the shelf takes five minutes for each, the queue has room for 1, \
             and {refused} of them were answered with an error although the task was there"
        )));
    }
    if ops.peak() > 1 {
        return Err(Finding::unnamed("The shelf was used by two at a time")
            .saw(format!("{} operations ran at once", ops.peak())));
    }
    let sums: Vec<u64> = answers.into_iter().flatten().collect();
    if sums != (1..=10).collect::<Vec<_>>() {
        return Err(Finding::unnamed("Requests were not done in order")
            .saw(format!("ten put a nail each, in order, and were told {sums:?}")));
    }
    Ok(())
}

/// While the first is held, others of every kind queue up behind it, through several clones.
fn requests_of_all_kinds_stand_in_one_line() -> Verdict {
    let (gate, ops) = (Gate::new(), Ops::new());
    let mut goods =
        Goods { gate: Some(gate.clone()), ops: ops.clone(), ..Goods::default() };
    goods.pieces.insert("cup".into(), 9);
    let run = virtual_time(|| async {
        let (warehouse, _task) = open(goods, 16);
        let mut asked = Vec::new();
        for n in 0..8 {
            let warehouse = warehouse.clone();
            asked.push(tokio::spawn(async move {
                match n % 3 {
                    0 => warehouse.put("cup", n).await,
                    1 => warehouse.swap("cup", "pot").await,
                    _ => warehouse.take("cup", n).await,
                }
            }));
            settle().await; // so that it is in the queue before the next
        }
        gate.open();
        for asked in asked {
            let _ = asked.await;
        }
    });
    run.done()?;
    let starts = ops.log().into_iter().filter(|event| event.what == probe::What::Started);
    let order: Vec<String> = starts.map(|event| event.label).collect();
    let expected = [
        "put 0 cup",
        "take 1 cup",
        "put 1 pot",
        "take 2 cup",
        "put 3 cup",
        "take 1 cup",
        "put 1 pot",
        "take 5 cup",
        "put 6 cup",
        "take 1 cup",
        "put 1 pot",
    ];
    let saw = format!("the shelf did: {}", order.join(", "));
    if ops.peak() > 1 {
        return Err(Finding::unnamed("The shelf was used by two at a time")
            .saw(format!("{} operations ran at once; {saw}", ops.peak())));
    }
    if order == expected {
        return Ok(());
    }
    Err(Finding::unnamed("Requests were not done in order")
        .saw(format!(
            "put, swap, take, put, swap, take, put, swap were asked for, in this order; {saw}"
        ))
        .because("what stands in several queues, or in several tasks, has no order among itself"))
}

fn a_swap_is_answered() -> Verdict {
    let run = virtual_time(|| async {
        let (warehouse, _task) = open(Goods::default(), 8);
        let put = warehouse.put("old", 1).await;
        let swapped = warehouse.swap("old", "new").await;
        let again = warehouse.swap("old", "new").await;
        let new = warehouse.take("new", 1).await;
        (put, swapped, again, new)
    });
    let ((_, swapped, again, new), _) = match run.end {
        End::Stuck => {
            return Err(Finding::mistake("bounded-self-deadlock").saw(
                "`put` is answered, and the `swap` after it never is: its task waits, and \
                 nobody else is there to answer it",
            ));
        }
        _ => run.done()?,
    };
    if (swapped, again, new) != (Ok(1), Err(Error::OutOfStock), Ok(0)) {
        return Err(Finding::unnamed("A swap is wrong").saw(format!(
            "with one old piece, two swaps for a new one were answered with {swapped:?} and \
             {again:?}, and taking the new one with {new:?}"
        )));
    }
    let run = virtual_time(|| async {
        let (warehouse, _task) = open(Goods::default(), 1);
        let put = warehouse.put("same", 1).await;
        (put, warehouse.swap("same", "same").await)
    });
    let ((_, same), _) = run.done()?;
    if same != Ok(1) {
        return Err(Finding::unnamed("A swap is wrong").saw(format!(
            "one piece was swapped for another of the same, and the answer was {same:?}"
        )));
    }
    Ok(())
}

fn nobody_sees_half_a_swap() -> Verdict {
    // While the swap's first half is held, two more requests queue up behind it.
    let (gate, ops) = (Gate::new(), Ops::new());
    let mut goods =
        Goods { gate: Some(gate.clone()), ops: ops.clone(), ..Goods::default() };
    goods.pieces.insert("old".into(), 1);
    let run = virtual_time(|| async {
        let (warehouse, _task) = open(goods, 8);
        let swapper = warehouse.clone();
        let swap = tokio::spawn(async move { swapper.swap("old", "new").await });
        settle().await;
        let other = warehouse.clone();
        let put = tokio::spawn(async move { other.put("other", 1).await });
        settle().await;
        gate.open();
        let _ = (swap.await, put.await);
    });
    run.done()?;
    let log = ops.log();
    let order: Vec<&str> = log
        .iter()
        .filter(|event| event.what == probe::What::Started)
        .map(|event| event.label.as_str())
        .collect();
    let saw = format!(
        "a swap of old for new was under way when another request came, and the shelf did: {}",
        order.join(", ")
    );
    match order[..] {
        ["take 1 old", "put 1 new", "put 1 other"] => Ok(()),
        ["take 1 old", "put 1 other", "put 1 new"] => {
            Err(Finding::mistake("check-then-act").saw(saw))
        }
        _ => Err(Finding::unnamed("A swap is not one taken and one put").saw(saw)),
    }
}

fn the_warehouse_ends_when_nobody_is_left() -> Verdict {
    let run = virtual_time(|| async {
        let (warehouse, task) = open(Goods::default(), 4);
        let clone = warehouse.clone();
        let _ = warehouse.put("lamp", 1).await;
        drop(warehouse);
        sleep(Duration::from_secs(1800)).await; // it is quiet for half an hour
        let quiet = clone.put("lamp", 1).await;
        drop(clone);
        let shelf = task.await.map(|goods| goods.pieces.get("lamp").copied());
        (quiet, shelf)
    });
    let (quiet, shelf) = match run.end {
        End::Stuck => {
            return Err(Finding::mistake("kept-sender").saw(
                "every `Warehouse` is dropped and every request answered, and the task still \
                 waits for the next one",
            ));
        }
        _ => run.done()?.0,
    };
    if quiet != Ok(2) {
        return Err(Finding::unnamed("The warehouse closed although somebody had it")
            .saw(format!(
                "two lamps were put on the shelf, half an hour apart, and the second was \
                 answered with {quiet:?}"
            )));
    }
    match shelf {
        Ok(Some(2)) => Ok(()),
        Ok(other) => Err(Finding::unnamed("The shelf that came back is wrong")
            .saw(format!("two lamps were put on it, and it holds {other:?}"))),
        Err(error) => Err(Finding::unnamed("The task did not return its shelf")
            .saw(format!("it ended with: {error}"))),
    }
}

fn who_asks_may_go_away() -> Verdict {
    let gate = Gate::new();
    let goods = Goods { gate: Some(gate.clone()), ..Goods::default() };
    let run = virtual_time(|| async {
        let (warehouse, task) = open(goods, 4);
        // One goes away while the shelf is at work for it, one while it is in the queue.
        let gone: Vec<_> = (0..2)
            .map(|_| {
                let warehouse = warehouse.clone();
                tokio::spawn(async move { warehouse.put("lamp", 1).await })
            })
            .collect();
        settle().await;
        gone.iter().for_each(|asked| asked.abort());
        settle().await;
        // The shelf takes another half hour, and the next one waits for it.
        let open = async {
            sleep(Duration::from_secs(1800)).await;
            gate.open();
        };
        let (next, ()) = tokio::join!(warehouse.put("vase", 5), open);
        (next, task.is_finished())
    });
    let ((next, finished), _) = run.done()?;
    match next {
        Ok(5) => Ok(()),
        Err(Error::Closed) if finished => {
            Err(Finding::mistake("send-always-arrives").saw(
                "one who had asked went away before the answer came, and that ended the task: \
                 the next one was told `Closed`",
            ))
        }
        other => Err(Finding::unnamed("The next answer is wrong").saw(format!(
            "two went away, the shelf was slow, and the next one put 5 vases and was told \
             {other:?}"
        ))),
    }
}

/// Asks a warehouse whose task is gone, after those who had asked before.
fn nobody_is_left_waiting<F>(gone: &str, open_and_break: impl FnOnce() -> F) -> Verdict
where
    F: Future<Output = (Warehouse, Vec<Asked>)>,
{
    let run = virtual_time(|| async {
        let (warehouse, asked) = open_and_break().await;
        for (n, asked) in asked.into_iter().enumerate() {
            let place =
                ["in the task's hands", "in the queue or waiting for it"][n.min(1)];
            match asked.await {
                Ok(Err(Error::Closed)) => {}
                Ok(other) => return (format!("a request {place}"), other),
                Err(error) if error.is_panic() => resume_unwind(error.into_panic()),
                Err(_) => unreachable!("the check aborts none"),
            }
        }
        ("a later request".to_owned(), warehouse.put("late", 1).await)
    });
    match done(run)?.0 {
        (_, Err(Error::Closed)) => Ok(()),
        (which, other) => {
            Err(Finding::unnamed("A request got another answer than `Closed`")
                .saw(format!("{gone}, and {which} was told {other:?}")))
        }
    }
}

type Asked = tokio::task::JoinHandle<Result<u64, Error>>;

/// Like [`Run::done`]; a panic in a caller has a name here.
fn done<T>(run: Run<T>) -> Result<(T, Stats), Finding> {
    match &run.end {
        End::Panicked(PanicNote { message, place }) if !place.contains("check.rs") => {
            Err(Finding::mistake("send-always-arrives").saw(format!(
                "the task is gone, and one who asked it panicked at {place}: {message}"
            )))
        }
        _ => run.done(),
    }
}

fn without_a_task_there_is_an_error() -> Verdict {
    nobody_is_left_waiting("the task was aborted", || async {
        let goods = Goods { gate: Some(Gate::new()), ..Goods::default() };
        let (warehouse, task) = open(goods, 1);
        let asked = (0..4).map(|_| {
            let warehouse = warehouse.clone();
            tokio::spawn(async move { warehouse.put("lamp", 1).await })
        });
        let asked: Vec<_> = asked.collect();
        settle().await;
        task.abort();
        (warehouse, asked)
    })
}

fn a_shelf_that_panics_closes_the_warehouse() -> Verdict {
    nobody_is_left_waiting("the shelf panicked", || async {
        let (warehouse, _task) = open(Goods::default(), 4);
        let asked = ["curse", "lamp"].map(|item| {
            let warehouse = warehouse.clone();
            tokio::spawn(async move { warehouse.put(item, 1).await })
        });
        (warehouse, asked.into())
    })
}

fn what_is_queued_is_still_done() -> Verdict {
    let (gate, ops) = (Gate::new(), Ops::new());
    let goods = Goods { gate: Some(gate.clone()), ops: ops.clone(), ..Goods::default() };
    let run = virtual_time(|| async {
        let (warehouse, task) = open(goods, 8);
        for _ in 0..3 {
            let warehouse = warehouse.clone();
            let asked = tokio::spawn(async move { warehouse.put("lamp", 1).await });
            settle().await;
            asked.abort();
        }
        drop(warehouse);
        settle().await;
        gate.open();
        task.await.map(|goods| goods.pieces.get("lamp").copied())
    });
    let (left, _) = run.done()?;
    if ops.drops() > 0 {
        return Err(Finding::mistake("select-keeps-progress").saw(format!(
            "three had put a lamp and gone away, and {} the shelf was stopped in the middle of its \
             work",
            times(ops.drops())
        )));
    }
    match left {
        Ok(Some(3)) => Ok(()),
        Ok(_) if ops.starts() < 3 => Err(Finding::unnamed("What was in the queue is not done").saw(format!(
            "the queue has room for 8, and three had put a lamp and gone away when the last \
             `Warehouse` was dropped: the shelf was asked {} for {}",
            times(ops.starts()), count(3, "lamp")
        )).because("whoever has gone away does not hear the answer; what it has asked for is done all the same")),
        Ok(done) => Err(Finding::unnamed("What was in the queue is not done").saw(format!(
            "the queue has room for 8, and three had put a lamp and gone away when the last \
             `Warehouse` was dropped: the shelf holds {} of 3",
            done.unwrap_or_default()
        ))),
        Err(error) => Err(Finding::unnamed("The task did not return its shelf")
            .saw(format!("it ended with: {error}"))),
    }
}

fn only_so_many_wait_in_the_queue() -> Verdict {
    // Who goes away while waiting for room leaves nothing behind, so what is done in the end
    // is what was in the task's hands and in the queue.
    const MANY: u64 = 2000;
    let gate = Gate::new();
    let goods = Goods { gate: Some(gate.clone()), ..Goods::default() };
    let run = virtual_time(|| async {
        let (warehouse, task) = open(goods, 2);
        let asked: Vec<_> = (0..MANY)
            .map(|_| {
                let warehouse = warehouse.clone();
                tokio::spawn(async move { warehouse.put("lamp", 1).await })
            })
            .collect();
        settle().await;
        asked.iter().for_each(|asked| asked.abort());
        settle().await;
        drop(warehouse);
        gate.open();
        task.await.map(|goods| goods.pieces.get("lamp").copied().unwrap_or_default())
    });
    match run.done()?.0 {
        Ok(taken) if taken > 4 => {
            let finding = match taken {
                MANY => Finding::mistake("unbounded-is-safe"),
                _ => Finding::mistake("limit-at-the-edge"),
            };
            Err(finding.saw(format!(
                "{MANY} asked while the shelf stood still: the queue was to have room for 2, \
                 and {} requests were taken in beside the one in the task's hands",
                taken - 1
            )))
        }
        _ => Ok(()),
    }
}
