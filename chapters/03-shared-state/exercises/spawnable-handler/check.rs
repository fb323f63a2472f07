//! Looks at the lock while the handler waits, and asks the compiler whether its future is `Send`.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/03-shared-state/spawnable-handler/solution.rs"
)]
mod exercise;

use std::sync::{Arc, Mutex};

use probe::{Finding, Gate, Verdict, if_it_hangs, is_send, settle, virtual_time};

probe::main!(
    "03-spawnable-handler",
    [
        the_lock_is_free_while_the_handler_waits,
        the_future_is_send,
        two_requests_have_two_numbers,
    ]
);

fn the_lock_is_free_while_the_handler_waits() -> Verdict {
    let run = virtual_time(|| async {
        let (requests, gate) = (Arc::new(Mutex::new(0)), Gate::new());
        let look = async {
            settle().await;
            let seen = (gate.waiting(), requests.try_lock().map(|count| *count).ok());
            gate.open();
            seen
        };
        tokio::join!(exercise::handle(requests.clone(), answer(gate.clone())), look).1
    });
    match run.done()?.0 {
        (0, _) => Err(Finding::unnamed("The other server was not asked")
            .saw("the handler was not waiting for it")),
        (_, None) => Err(Finding::mistake("guard-across-await")
            .saw("while the handler waited for the other server, the lock was not free")),
        (_, Some(1)) => Ok(()),
        (_, Some(count)) => Err(Finding::unnamed("The request was not counted in time")
            .saw(format!("while it waited for the answer, the count was {count}"))),
    }
}

fn the_future_is_send() -> Verdict {
    let handler = exercise::handle(Arc::default(), answer(Gate::new()));
    if !is_send!(handler) {
        return Err(Finding::mistake("drop-makes-it-send").saw(
            "the lock was free while the handler waited, and its future is still not `Send`",
        ));
    }
    Ok(())
}

fn two_requests_have_two_numbers() -> Verdict {
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
    Ok(())
}

async fn answer(gate: Gate) -> String {
    gate.pass().await;
    "fine".into()
}
