//! Looks at the lock while the handler waits, and asks the compiler whether its future is `Send`.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/03-shared-state/spawnable-handler/solution.rs"
)]
mod exercise;

use std::collections::HashSet;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use probe::threads::{self, THREADS};
use probe::{
    Finding, Gate, Ops, Verdict, if_it_hangs, is_send, settle, virtual_time, words,
};
use tokio::time::sleep;

probe::main!(
    "03-spawnable-handler",
    [
        the_lock_is_free_while_the_handler_waits,
        the_future_is_send,
        every_request_has_a_number_of_its_own,
        no_request_waits_for_the_answer_to_another,
        the_other_server_takes_its_time,
        a_request_waits_for_a_busy_lock,
        requests_on_many_threads_have_numbers_of_their_own,
    ]
);

fn the_lock_is_free_while_the_handler_waits() -> Verdict {
    // Nobody else has the lock: who does not even get to ask waits for itself.
    if_it_hangs(Finding::mistake("locked-twice").saw(
        "one handler, alone, blocked its thread before it waited for the other server",
    ));
    let run = virtual_time(|| async {
        let (requests, gate) = (Arc::new(Mutex::new(0)), Gate::new());
        let look = async {
            // Whatever the handler does before, it may take its time.
            for _ in 0..1000 {
                settle().await;
                if gate.waiting() > 0 {
                    break;
                }
            }
            let seen = (gate.waiting(), requests.try_lock().map(|count| *count).ok());
            if seen.1.is_none() {
                if_it_hangs(Finding::mistake("guard-across-await").saw(
                    "while the handler waited for the other server, the lock was not free; \
                     after it the handler asked for the lock again",
                ));
            }
            gate.open();
            seen
        };
        let ask = async {
            if_it_hangs("hung");
            answer(gate.clone()).await
        };
        tokio::join!(exercise::handle(requests.clone(), ask), look).1
    });
    match run.done()?.0 {
        (0, _) => Err(Finding::unnamed("The other server was not asked")
            .saw("the handler was not waiting for it")),
        (_, None) => Err(Finding::mistake("guard-across-await")
            .saw("while the handler waited for the other server, the lock was not free")),
        (_, Some(1)) => Ok(()),
        (_, Some(0)) => {
            // Later than it should be, and perhaps from a number that is no longer true.
            let (answers, count) = two_at_once()?;
            if answers[0] == answers[1] {
                return Err(Finding::mistake("check-then-act").saw(format!(
                    "two requests at once were both answered {:?}, and the count is {count}",
                    answers[0]
                )));
            }
            Err(Finding::unnamed("The request was not counted in time")
                .saw("while it waited for the answer, the count was 0"))
        }
        (_, Some(count)) => Err(Finding::unnamed("The request was counted wrong").saw(
            format!("while one request waited for the answer, the count was {count}"),
        )),
    }
}

fn the_future_is_send() -> Verdict {
    let handler = exercise::handle(Arc::default(), answer(Gate::new()));
    if is_send!(handler) {
        return Ok(());
    }
    // A guard is `Sync`. An `Rc`, or a boxed future that forgot what it holds, is not.
    if !is_sync!(handler) {
        return Err(Finding::mistake("not-send-across-await").saw(
            "the lock was free while the handler waited, and what its future keeps is not even \
             `Sync`, as a guard would be",
        ));
    }
    Err(Finding::mistake("drop-makes-it-send").saw(
        "the lock was free while the handler waited, and its future is still not `Send`",
    ))
}

fn every_request_has_a_number_of_its_own() -> Verdict {
    if_it_hangs("guard-across-await");
    let run = virtual_time(|| async {
        let (requests, gate) = (Arc::new(Mutex::new(0)), Gate::new());
        gate.open();
        let first = exercise::handle(requests.clone(), answer(gate.clone())).await;
        let second = exercise::handle(requests.clone(), answer(gate)).await;
        (first, second)
    });
    let (first, second) = run.done()?.0;
    if (first.as_str(), second.as_str()) != ("fine (request 1)", "fine (request 2)") {
        return Err(Finding::unnamed("The answers are wrong")
            .saw(format!("two requests were answered {first:?} and {second:?}")));
    }
    let (answers, count) = two_at_once()?;
    let wanted = ["fine (request 1)", "fine (request 2)"];
    if answers != wanted || count != 2 {
        return Err(Finding::mistake("looked-again-later").saw(format!(
            "two requests at once were answered {:?} and {:?}, and the count is {count}",
            answers[0], answers[1]
        )));
    }
    Ok(())
}

/// A request is counted when it comes, whoever waits for an answer then.
fn no_request_waits_for_the_answer_to_another() -> Verdict {
    const MANY: usize = 100;
    if_it_hangs("guard-across-await");
    let run = virtual_time(|| async {
        // It goes on from what is there.
        let (requests, gate) = (Arc::new(Mutex::new(41)), Gate::new());
        let look = async {
            for _ in 0..10 {
                settle().await;
            }
            let seen = (gate.waiting(), requests.try_lock().map(|count| *count).ok());
            gate.open();
            seen
        };
        let handle =
            |_| Box::pin(exercise::handle(requests.clone(), answer(gate.clone())));
        tokio::join!(all((0..MANY).map(handle).collect()), look)
    });
    let (mut answers, (waiting, count)) = run.done()?.0;
    if waiting < MANY || count != Some(41 + MANY as u64) {
        let saw = format!(
            "{MANY} requests came at once, after 41 before; {waiting} of them were waiting for the \
             other server then, and the count was {}",
            words::or(count, "locked")
        );
        let finding = match waiting {
            1 => Finding::mistake("tokio-mutex-always"),
            MANY => Finding::unnamed("The request was counted wrong"),
            _ => Finding::unnamed("Some requests wait for the answers to others"),
        };
        return Err(finding.saw(saw));
    }
    answers.sort_by_key(|answer| number(answer));
    if answers.iter().map(|answer| number(answer)).eq((42..142).map(Some)) {
        return Ok(());
    }
    Err(Finding::unnamed("The answers are wrong").saw(format!(
        "{MANY} requests came at once, after 41 before, and got {} different answers, from {:?} to {:?}",
        answers.iter().collect::<HashSet<_>>().len(),
        answers[0],
        answers[MANY - 1]
    )))
}

/// Polls all of them in one task until each has returned.
async fn all<F: Future + Unpin>(mut futures: Vec<F>) -> Vec<F::Output> {
    let mut outputs = Vec::new();
    poll_fn(|cx| {
        futures.retain_mut(|future| match Pin::new(future).poll(cx) {
            Poll::Ready(output) => {
                outputs.push(output);
                false
            }
            Poll::Pending => true,
        });
        if futures.is_empty() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    outputs
}

/// Nobody said that it has to answer within some time.
fn the_other_server_takes_its_time() -> Verdict {
    if_it_hangs("guard-across-await");
    let ops = Ops::new();
    let ask = ops.run("ask", async {
        sleep(Duration::from_secs(3000)).await;
        "late".to_owned()
    });
    let answer = virtual_time(|| exercise::handle(Arc::default(), ask)).done()?.0;
    if ops.drops() > 0 {
        return Err(Finding::mistake("select-keeps-progress").saw(format!(
            "the other server takes 3000 s to answer; the handler gave it up before, and answered {answer:?}"
        )));
    }
    match answer == "late (request 1)" {
        true => Ok(()),
        false => Err(Finding::unnamed("The answers are wrong")
            .saw(format!("the other server said \"late\", and the handler {answer:?}"))),
    }
}

/// Who tries to get the lock and does not get it has counted nothing.
fn a_request_waits_for_a_busy_lock() -> Verdict {
    if_it_hangs("hung");
    let requests = Arc::<Mutex<u64>>::default();
    let hold = |held: &dyn Fn()| {
        let _guard = requests.lock();
        held();
    };
    let ask = async { "fine".to_owned() };
    let handle = || threads::runtime().block_on(exercise::handle(requests.clone(), ask));
    let (answer, early) = threads::while_busy(hold, handle);
    let count = requests.lock().map(|count| *count).unwrap_or_default();
    if !early && count == 1 && answer == "fine (request 1)" {
        return Ok(());
    }
    let finding = match early || count == 0 {
        true => Finding::mistake("busy-lock-given-up"),
        false => Finding::unnamed("The answers are wrong"),
    };
    Err(finding.saw(format!(
        "a request came while another thread had the lock for a moment; it was answered {answer:?}, and \
         the count was {count} after it"
    )))
}

/// A server's requests come on several threads, and there something may come between any two
/// lines. Who adds and looks under one guard never gives a number twice.
fn requests_on_many_threads_have_numbers_of_their_own() -> Verdict {
    // So many that the threads are at it together: each for longer than it takes to wake the others.
    const REQUESTS: usize = 20_000;
    if_it_hangs("hung");
    let requests = Arc::<Mutex<u64>>::default();
    let (all, mut made) = ((THREADS * REQUESTS) as u64, 0);
    for _ in threads::rounds().take(3) {
        let hold = |go: &dyn Fn()| {
            let _guard = requests.lock().unwrap();
            go();
        };
        let threads = threads::together(hold, |_, runtime| {
            runtime.block_on(async {
                let mut answers = Vec::new();
                for _ in 0..REQUESTS {
                    let ask = async { "fine".to_owned() };
                    answers.push(exercise::handle(Arc::clone(&requests), ask).await);
                }
                answers
            })
        });
        let right = made + 1..=made + all;
        made += all;
        let (answers, count) = (threads.concat(), *requests.lock().unwrap());
        let different = answers.iter().collect::<HashSet<_>>().len() as u64;
        if count == made && different == all {
            continue;
        }
        // Who looks too early gets a number that is too small, and who looks too late one that is
        // too large.
        let sum: u64 = answers.iter().filter_map(|answer| number(answer)).sum();
        let late = count == made && sum > right.sum();
        let id = if late { "looked-again-later" } else { "check-then-act" };
        return Err(Finding::mistake(id).saw(format!(
            "{all} requests on {THREADS} threads at once got {different} different answers; after \
             {made} requests the count is {count}"
        )));
    }
    Ok(())
}

/// The number in an answer.
fn number(answer: &str) -> Option<u64> {
    answer.strip_prefix("fine (request ")?.strip_suffix(')')?.parse().ok()
}

/// The answers to two requests that wait for the other server at the same time, sorted, and
/// the count after them.
fn two_at_once() -> Result<([String; 2], u64), Finding> {
    let run = virtual_time(|| async {
        let (requests, gate) = (Arc::new(Mutex::new(0)), Gate::new());
        let open = async {
            for _ in 0..1000 {
                settle().await;
                if gate.waiting() == 2 {
                    break;
                }
            }
            gate.open();
        };
        let handle = || exercise::handle(requests.clone(), answer(gate.clone()));
        let (first, second, ()) = tokio::join!(handle(), handle(), open);
        let count = requests.try_lock().map(|count| *count);
        ([first, second], count.unwrap_or_default())
    });
    let (mut answers, count) = run.done()?.0;
    answers.sort();
    Ok((answers, count))
}

async fn answer(gate: Gate) -> String {
    gate.pass().await;
    "fine".into()
}

/// Whether a value is `Sync`: where both traits fit, the one that needs no further `&` wins.
macro_rules! is_sync {
    ($value:expr) => {{
        #[allow(unused_imports)]
        use sync::{MaybeSync, NotSync as _, Sync_ as _};
        (&MaybeSync::of(&$value)).is_sync()
    }};
}
use is_sync;

mod sync {
    pub struct MaybeSync<T>(std::marker::PhantomData<fn(T)>);

    impl<T> MaybeSync<T> {
        pub fn of(_: &T) -> MaybeSync<T> {
            MaybeSync(std::marker::PhantomData)
        }
    }

    #[allow(dead_code)]
    pub trait NotSync {
        fn is_sync(&self) -> bool {
            false
        }
    }

    impl<T> NotSync for &MaybeSync<T> {}

    pub trait Sync_ {
        fn is_sync(&self) -> bool {
            true
        }
    }

    impl<T: Sync> Sync_ for MaybeSync<T> {}
}
