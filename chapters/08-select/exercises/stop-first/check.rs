//! The tenth step presses the button itself, while a thousand steps are ready. Done sixty-four times, it tells a fixed
//! order from a random one.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/08-select/stop-first/solution.rs"
)]
mod exercise;

use std::cell::{Cell, RefCell};
use std::time::Duration;

use probe::{End, Finding, PanicNote, Run, Verdict, virtual_time, words};
use tokio::sync::{mpsc, oneshot};
use tokio::time::sleep;

probe::main!(
    "08-stop-first",
    [
        without_the_button_all_steps_are_made,
        no_step_is_made_after_the_button,
        the_button_is_heard_while_no_step_is_there,
        the_button_is_heard_before_a_step_that_comes_with_it,
        a_broken_button_stops_nothing,
        a_button_that_breaks_on_the_way_stops_nothing,
    ]
);

const STEPS: usize = 1000;

/// A queue with steps in it, ended if it is to be.
fn queue(ended: bool) -> (Option<mpsc::Sender<u32>>, mpsc::Receiver<u32>) {
    let (sender, steps) = mpsc::channel(STEPS);
    for step in 1..=STEPS as u32 {
        sender.try_send(step).expect("there is room for all");
    }
    ((!ended).then_some(sender), steps)
}

/// The verdict on a panic, if it is that of a future that was done.
fn done<T>(run: Run<T>, saw: &str) -> Result<T, Finding> {
    match run.end {
        End::Panicked(PanicNote { message, .. })
            if message == "called after complete"
                || message.contains("resumed after completion") =>
        {
            Err(Finding::mistake("polled-after-done")
                .saw(format!("{saw}; then it panicked: {message}")))
        }
        _ => run.done().map(|(value, _)| value),
    }
}

fn without_the_button_all_steps_are_made() -> Verdict {
    let seen = RefCell::new(Vec::new());
    let run = virtual_time(|| async {
        let (_button, stop) = oneshot::channel();
        exercise::drive(queue(true).1, stop, |step| seen.borrow_mut().push(step)).await
    });
    let seen_so_far = seen.borrow().len();
    if matches!(run.end, End::Stuck) && seen_so_far == STEPS {
        let saw = format!(
            "the button was never pressed; all {STEPS} steps were made, the queue ended, and \
             `drive` waits on"
        );
        // Does it wait for the button alone?
        return match the_button_is_heard_while_no_step_is_there() {
            Ok(()) => Err(Finding::mistake("else-waits-for-all").saw(saw)),
            Err(_) => {
                Err(Finding::unnamed("The end of the queue was not noticed").saw(saw))
            }
        };
    }
    let made = done(run, "the button was never pressed")?;
    let seen = seen.into_inner();
    let right: Vec<u32> = (1..=STEPS as u32).collect();
    if seen != right || made != STEPS {
        return Err(Finding::unnamed("Not all steps were made, or not in order").saw(format!(
            "{STEPS} steps were in the queue, and the button was never pressed; {} were made, and \
             {made} returned",
            seen.len()
        )));
    }
    Ok(())
}

fn no_step_is_made_after_the_button() -> Verdict {
    let (mut most, mut late) = (0, 0);
    for _ in 0..64 {
        let (seen, closed) = (RefCell::new(0), Cell::new(false));
        let taken = Cell::new(0);
        let run = virtual_time(|| async {
            let (button, stop) = oneshot::channel();
            let button = RefCell::new(Some(button));
            let (sender, steps) = queue(false);
            let make = |step| {
                *seen.borrow_mut() += 1;
                if step == 1 {
                    taken.set(sender.as_ref().map_or(0, mpsc::Sender::capacity));
                }
                if sender.as_ref().is_some_and(mpsc::Sender::is_closed) {
                    closed.set(true);
                }
                if step == 10 {
                    let _ = button.borrow_mut().take().map(|button| button.send(()));
                }
            };
            // The button breaks when nobody can press it any more, and not before.
            exercise::drive(steps, stop, make).await
        });
        let made = done(run, "the button was pressed in step 10 of 1000");
        let seen: usize = seen.into_inner();
        if let Ok(made) = &made
            && *made != seen
        {
            return Err(Finding::unnamed("The number returned is wrong")
                .saw(format!("{seen} steps were made, and {made} returned")));
        }
        if seen == 10 {
            made?;
        } else if seen < 10 {
            return Err(Finding::unnamed("It stopped too early").saw(format!(
                "the button was pressed in step 10, and {seen} steps were made"
            )));
        }
        if closed.get() {
            return Err(Finding::unnamed("The queue was closed, and emptied").saw(format!(
                "the button was pressed in step 10; the queue was closed, and {seen} steps were made"
            )));
        }
        if seen > 10 && taken.get() > 1 {
            return Err(Finding::mistake("took-the-whole-queue").saw(format!(
                "{} were out of the queue when the first of them was made; the button was pressed in step 10, and \
                 {seen} steps were made",
                words::count(taken.get(), "step")
            )));
        }
        most = most.max(seen);
        late += usize::from(seen > 10);
    }
    if late == 0 {
        return Ok(());
    }
    let saw = format!(
        "the button was pressed in step 10 of {STEPS}; in 64 trials, a further step was made {}, and the most \
         were {most} steps",
        words::times(late)
    );
    Err(match most {
        STEPS => Finding::mistake("biased-starves").saw(saw),
        _ if late < 64 => Finding::mistake("order-without-biased").saw(saw),
        _ => Finding::unnamed("Steps were made after the button").saw(saw).because(
            "the button has to be asked before every step. A future that makes step after step \
             returns `Pending` only now and then, and in a race with it the button is asked no more often.",
        ),
    })
}

fn the_button_is_heard_while_no_step_is_there() -> Verdict {
    let run = virtual_time(|| async {
        let (_sender, steps) = mpsc::channel(1);
        let (button, stop) = oneshot::channel();
        tokio::spawn(async move {
            sleep(Duration::from_millis(5)).await;
            let _ = button.send(());
        });
        exercise::drive(steps, stop, |_| {}).await
    });
    match run.end {
        End::Stuck => {
            let saw = "no step was in the queue when the button was pressed, and `drive` waits on";
            Err(match until_a_step_comes() {
                true => Finding::mistake("one-source-at-a-time")
                    .saw(format!("{saw}, until a step comes")),
                false => Finding::unnamed("The button was not heard").saw(saw),
            })
        }
        _ => done(run, "the button was pressed while no step was there").map(drop),
    }
}

/// Whether a step that comes after the button makes `drive` return.
fn until_a_step_comes() -> bool {
    let run = virtual_time(|| async {
        let (sender, steps) = mpsc::channel(1);
        let (button, stop) = oneshot::channel();
        tokio::spawn(async move {
            let _ = button.send(());
            sleep(Duration::from_millis(5)).await;
            let _ = sender.send(1).await;
            sender.closed().await;
        });
        exercise::drive(steps, stop, |_| {}).await
    });
    matches!(run.end, End::Done(_))
}

/// The machine waits. Then the button is pressed, and a step comes: both before it is polled again, in
/// either order, or one a little after the other.
fn the_button_is_heard_before_a_step_that_comes_with_it() -> Verdict {
    for (pause, what) in [(0, "at the same time"), (3, "3 ms after it")] {
        let mut late = 0;
        for trial in 0..64 {
            let seen = Cell::new(0);
            let run = virtual_time(|| async {
                let (sender, steps) = mpsc::channel(8);
                let (button, stop) = oneshot::channel();
                tokio::spawn(async move {
                    let _ = sender.send(1).await;
                    sleep(Duration::from_millis(5)).await;
                    if trial % 2 == 1 && pause == 0 {
                        let _ = sender.send(2).await;
                    }
                    let _ = button.send(());
                    if pause > 0 {
                        sleep(Duration::from_millis(pause)).await;
                    }
                    let _ = sender.send(3).await;
                    // The queue does not end before the machine has stopped.
                    sender.closed().await;
                });
                exercise::drive(steps, stop, |_| seen.set(seen.get() + 1)).await
            });
            let made = done(run, "the button was pressed while `drive` was waiting")?;
            if made != seen.get() {
                return Err(Finding::unnamed("The number returned is wrong").saw(
                    format!("{} steps were made, and {made} returned", seen.get()),
                ));
            }
            if made == 0 {
                return Err(Finding::unnamed("Not all steps were made, or not in order")
                    .saw("a step came 5 ms before the button was pressed, and was not made"));
            }
            late += usize::from(made > 1);
        }
        if late == 0 {
            continue;
        }
        let saw = format!(
            "the button was pressed while `drive` was waiting, and a step came {what}; in 64 trials, it was made {}",
            words::times(late)
        );
        let id = match late {
            64 => "one-source-at-a-time",
            _ => "order-without-biased",
        };
        return Err(Finding::mistake(id).saw(saw));
    }
    Ok(())
}

/// The button breaks before step 1, with the queue full.
fn a_broken_button_stops_nothing() -> Verdict {
    for ended in [true, false] {
        let seen = RefCell::new(0);
        let run = virtual_time(|| async {
            let (button, stop) = oneshot::channel();
            drop(button);
            let (sender, steps) = queue(ended);
            // Where the queue goes on, it ends a little later.
            tokio::spawn(async move {
                sleep(Duration::from_millis(5)).await;
                drop(sender);
            });
            exercise::drive(steps, stop, |_| *seen.borrow_mut() += 1).await
        });
        let made = done(run, "the sender of `stop` was dropped without a word")?;
        if made < STEPS {
            return Err(Finding::mistake("result-not-looked-at").saw(format!(
                "the sender of `stop` was dropped without a word, so `stop` returned an error; \
                 {made} of {STEPS} steps were made"
            )));
        }
    }
    Ok(())
}

fn a_button_that_breaks_on_the_way_stops_nothing() -> Verdict {
    let run = virtual_time(|| async {
        let (sender, steps) = mpsc::channel(1);
        let (button, stop) = oneshot::channel();
        tokio::spawn(async move {
            let _ = sender.send(1).await;
            sleep(Duration::from_millis(5)).await;
            drop::<oneshot::Sender<()>>(button);
            sleep(Duration::from_millis(5)).await;
            let _ = sender.send(2).await;
        });
        exercise::drive(steps, stop, |_| {}).await
    });
    match done(run, "the sender of `stop` was dropped between two steps")? {
        2 => Ok(()),
        made => Err(Finding::mistake("result-not-looked-at").saw(format!(
            "the sender of `stop` was dropped between two steps, so `stop` returned an error; {made} \
             of 2 steps were made"
        ))),
    }
}
