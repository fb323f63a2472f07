//! Two machines with a script. What each has been asked for tells which branch was given up, and the number of polls
//! tells whether an ended one is asked again and again.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/08-select/first-error/solution.rs"
)]
mod exercise;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use probe::{
    Busy, CountPolls, End, Finding, PanicNote, Run, Verdict, poll_at_wakes, virtual_time,
    words,
};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, sleep_until};

use exercise::Report;

probe::main!(
    "08-first-error",
    [
        an_error_that_comes_first,
        both_end_without_a_report,
        an_error_while_the_other_machine_says_nothing,
        an_error_behind_reports_that_went_well,
        an_error_beside_a_machine_that_never_pauses,
        a_machine_that_ends_early_leaves_the_other,
        both_end_without_an_error,
        an_error_that_is_there_when_both_have_ended,
        an_error_beside_a_queue_that_is_never_empty,
    ]
);

/// What a machine reports, after how many milliseconds: a number, or an error. The last entry is its end.
type Machine<'a> = &'a [(u64, Report)];

fn ok(at: u64) -> (u64, Report) {
    (at, Ok(at as u32))
}

fn error(at: u64) -> (u64, Report) {
    (at, Err(format!("error after {at} ms")))
}

/// Starts a machine that ends after `end` milliseconds.
fn start(reports: Machine<'_>, end: u64) -> mpsc::Receiver<Report> {
    let (sender, receiver) = mpsc::channel(8);
    let reports = reports.to_vec();
    tokio::spawn(async move {
        let begun = Instant::now();
        for (at, report) in reports {
            sleep_until(begun + Duration::from_millis(at)).await;
            let _ = sender.send(report).await;
        }
        sleep_until(begun + Duration::from_millis(end)).await;
    });
    receiver
}

const NEVER: u64 = 10_000_000;

/// What the machines did, as far as it tells why an answer waits.
#[derive(Clone, Copy, PartialEq)]
enum Said {
    /// An error, and nothing else. Both go on.
    OnlyAnError,
    /// One says `Ok` first, the other nothing. Both go on.
    OkAndThenAnError,
    /// Both say something. Both go on.
    Both,
    /// One or both ended.
    Ended,
}

/// The answer on two machines, each with its end.
fn judge(
    said: Said,
    left: (Machine<'_>, u64),
    right: (Machine<'_>, u64),
    expected: Option<u64>,
    saw: &str,
) -> Verdict {
    let judge_order = |left: (Machine<'_>, u64), right: (Machine<'_>, u64)| {
        let run = virtual_time(|| {
            let (left, right) = (start(left.0, left.1), start(right.0, right.1));
            // A right answer needs a few dozen. A wrong one may go around a hundred times in each.
            CountPolls::new(exercise::first_error(left, right)).budget(200)
        });
        let stuck = matches!(run.end, End::Stuck);
        (stuck, judge_run(said, run, expected, saw))
    };
    let (one, other) = (judge_order(left, right), judge_order(right, left));
    if said != Said::OnlyAnError {
        return one.1.and(other.1);
    }
    // Nothing but an error was there, and what waits for it tells by which way round.
    match (one, other) {
        ((true, _), (true, _)) => Err(Finding::mistake("join-is-fail-fast").saw(format!(
            "{saw}; an hour later, the answer was still waiting for the other machine"
        ))),
        ((true, _), _) | (_, (true, _)) => Err(Finding::mistake("one-source-at-a-time").saw(
            format!("{saw}; an hour later, the answer was still waiting, but not when the two were exchanged"),
        )),
        (one, other) => one.1.and(other.1),
    }
}

fn judge_run(
    said: Said,
    run: Run<Result<Option<String>, Busy>>,
    expected: Option<u64>,
    saw: &str,
) -> Verdict {
    let right = expected.map(|at| format!("error after {at} ms"));
    let took = run.stats.elapsed;
    let found = match run.end {
        End::Stuck => {
            let finding = match said {
                // It waits for a machine that says nothing, and nothing was there to be filtered.
                Said::OnlyAnError => {
                    Finding::unnamed("An error had to wait for the other machine")
                }
                Said::OkAndThenAnError => Finding::mistake("pattern-is-filter"),
                Said::Both => Finding::unnamed("Only one of the machines was heard"),
                Said::Ended => Finding::mistake("stuck"),
            };
            let saw = format!("{saw}; an hour later, the answer was still waiting");
            return Err(finding.saw(saw));
        }
        End::Busy | End::Done(Err(Busy)) => {
            let finding = match said {
                Said::Ended => Finding::mistake("ended-branch-spins"),
                _ => Finding::mistake("busy"),
            };
            return Err(finding.saw(format!(
                "{saw}; the answer was polled two hundred times while the clock stood still"
            )));
        }
        End::Panicked(PanicNote { ref message, .. })
            if message.contains("all branches are disabled") =>
        {
            return Err(Finding::mistake("pattern-is-filter")
                .saw(format!("{saw}; then it panicked: {message}")));
        }
        _ => run.done()?.0.unwrap_or_default(),
    };
    if found == right && expected.is_none_or(|at| took <= Duration::from_millis(at + 1)) {
        return Ok(());
    }
    let saw = format!("{saw}; after {}, the answer was {found:?}", words::duration(took));
    let finding = match (found, right) {
        (None, Some(_)) if said == Said::Ended => Finding::mistake("first-end-ends-all"),
        (None, Some(_)) => Finding::unnamed("It gave up before the first error came"),
        (found, right) if found == right => {
            Finding::unnamed("The error is returned late")
        }
        _ => Finding::unnamed("This is not the first error"),
    };
    Err(finding.saw(saw))
}

fn an_error_that_comes_first() -> Verdict {
    judge(
        Said::OnlyAnError,
        (&[error(5)], NEVER),
        (&[], NEVER),
        Some(5),
        "one machine reported an error, and the other nothing",
    )
}

fn both_end_without_a_report() -> Verdict {
    judge(Said::Ended, (&[], 5), (&[], 9), None, "both machines ended without a report")
}

fn an_error_while_the_other_machine_says_nothing() -> Verdict {
    judge(
        Said::OkAndThenAnError,
        (&[ok(1), ok(2), error(5)], NEVER),
        (&[], NEVER),
        Some(5),
        "one machine reported `Ok`, `Ok`, and an error, and the other nothing",
    )
}

fn an_error_behind_reports_that_went_well() -> Verdict {
    let saw = "both machines reported `Ok` a few times, and one of them then an error";
    let errs = [ok(10), ok(20), error(50)];
    for first in [5, 15] {
        let other = [ok(first), ok(30), ok(40)];
        judge(Said::Both, (&errs, NEVER), (&other, NEVER), Some(50), saw)?;
    }
    Ok(())
}

/// One machine reports faster than anybody can take it, and an error is there on the other side from the start.
fn an_error_beside_a_machine_that_never_pauses() -> Verdict {
    const MANY: u32 = 10_000;
    for busy_left in [true, false] {
        let run = virtual_time(|| async {
            let (busy, reports) = mpsc::channel(1000);
            for number in 0..1000 {
                let _ = busy.try_send(Ok(number));
            }
            let (other, errors) = mpsc::channel(1);
            let _ = other.try_send(Err("an error".to_owned()));
            let sent = Arc::new(AtomicU32::new(0));
            tokio::spawn({
                let sent = sent.clone();
                async move {
                    for number in 0..MANY {
                        if busy.send(Ok(number)).await.is_err() {
                            return;
                        }
                        sent.fetch_add(1, SeqCst);
                    }
                    sleep(Duration::from_millis(NEVER)).await;
                }
            });
            let found = match busy_left {
                true => exercise::first_error(reports, errors).await,
                false => exercise::first_error(errors, reports).await,
            };
            (found, sent.load(SeqCst))
        });
        let ((found, sent), _) = run.done()?;
        if found.as_deref() != Some("an error") {
            return Err(Finding::unnamed("This is not the first error").saw(format!(
                "one machine reported `Ok` without a pause, and the other an error; the answer was \
                 {found:?}"
            )));
        }
        if sent == MANY {
            return Err(Finding::mistake("biased-starves").saw(format!(
                "one machine reported `Ok` {MANY} times without a pause, and only then was the error of \
                 the other one seen, which was there from the start"
            )));
        }
    }
    Ok(())
}

/// Their last reports still lie in the channels.
fn an_error_that_is_there_when_both_have_ended() -> Verdict {
    let good = [Ok(1), Ok(2), Ok(3)];
    let bad = [Ok(1), Ok(2), Err("an error".to_owned())];
    for (left, right) in [(&good, &bad), (&bad, &good)] {
        for so_many in [1, 3] {
            let run = virtual_time(|| async {
                let queue = |reports: &[Report]| {
                    let (sender, receiver) = mpsc::channel(8);
                    for report in &reports[reports.len() - so_many..] {
                        let _ = sender.try_send(report.clone());
                    }
                    receiver
                };
                exercise::first_error(queue(left), queue(right)).await
            });
            let found = run.done()?.0;
            if found.as_deref() != Some("an error") {
                return Err(Finding::mistake("closed-is-not-empty").saw(format!(
                    "both machines had ended when `first_error` began, and the last report of one of them, an \
                     error, was still in its channel; the answer was {found:?}"
                )));
            }
        }
    }
    Ok(())
}

/// One machine reports whenever there is room, even while the answer takes its reports in one go.
fn an_error_beside_a_queue_that_is_never_empty() -> Verdict {
    const MANY: usize = 50_000;
    // As many as were taken can be sent. A right answer takes a handful.
    const TAKEN_AT_MOST: usize = 5_000;
    // A coin that falls the same way 32 times.
    for trial in 0..64 {
        let sent = Arc::new(AtomicUsize::new(0));
        let run = virtual_time(|| async {
            let (busy, reports) = mpsc::channel(64);
            let (other, errors) = mpsc::channel(1);
            let _ = other.try_send(Err("an error".to_owned()));
            poll_at_wakes({
                let sent = sent.clone();
                async move {
                    while sent.fetch_add(1, SeqCst) < MANY
                        && busy.send(Ok(1)).await.is_ok()
                    {}
                    // It does not end before the answer is there.
                    busy.closed().await;
                }
            });
            match trial % 2 {
                0 => exercise::first_error(reports, errors).await,
                _ => exercise::first_error(errors, reports).await,
            }
        });
        let (found, _) = run.done()?;
        let sent = sent.load(SeqCst);
        if sent > TAKEN_AT_MOST {
            return Err(Finding::mistake("biased-starves").saw(format!(
                "one machine reported `Ok` whenever there was room, and the error of the other one was there from \
                 the start; it was returned after {}",
                words::count(sent, "report")
            )));
        }
        if found.as_deref() != Some("an error") {
            return Err(Finding::unnamed("This is not the first error").saw(format!(
                "one machine reported `Ok` without a pause, and the other an error; the answer was {found:?}"
            )));
        }
    }
    Ok(())
}

fn a_machine_that_ends_early_leaves_the_other() -> Verdict {
    judge(
        Said::Ended,
        (&[ok(10)], 20),
        (&[ok(15), ok(40), error(50)], NEVER),
        Some(50),
        "one machine reported `Ok` and ended, and the other went on to an error",
    )
}

fn both_end_without_an_error() -> Verdict {
    judge(
        Said::Ended,
        (&[ok(1), ok(2)], 3),
        (&[ok(1)], 6),
        None,
        "both machines reported `Ok`, and then ended",
    )
}
