//! A download of the check's own changes the percentage at known times; drawing takes 25 ms.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/04-channels/progress/solution.rs"
)]
mod exercise;

use std::time::Duration;

use probe::{End, Finding, Verdict, virtual_time};
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

probe::main!(
    "04-progress",
    [
        the_download_does_not_wait_for_the_bar,
        the_first_percentage_is_drawn_at_once,
        what_was_overtaken_is_left_out,
        nothing_is_drawn_twice,
        a_download_that_breaks_off_ends_the_bar,
        a_download_may_start_again,
    ]
);

type Drawn = Vec<(u32, u128)>;

/// Runs `follow` beside a download; returns what was drawn, and when in milliseconds.
fn follow<F>(download: impl FnOnce(watch::Sender<u32>) -> F) -> Result<Drawn, Finding>
where
    F: Future<Output = ()> + Send + 'static,
{
    let mut drawn = Vec::new();
    let run = virtual_time(|| async {
        let start = Instant::now();
        let (sender, percent) = watch::channel(0);
        tokio::spawn(download(sender));
        let draw = async |now| {
            drawn.push((now, start.elapsed().as_millis()));
            sleep(Duration::from_millis(25)).await;
        };
        exercise::follow(percent, draw).await;
    });
    match run.end {
        End::Stuck if !drawn.iter().any(|(n, _)| *n == 0) => Err(not_the_first(&drawn)),
        End::Stuck => Err(Finding::mistake("stuck").saw(format!(
            "the sender is gone, drawn was {drawn:?} (percent, ms), and `follow` waits for more"
        ))),
        _ => {
            let (_, stats) = run.done()?;
            // A drawing takes two polls, and so does waiting for a change.
            if stats.polls > 10 * (drawn.len() + 2) {
                return Err(Finding::mistake("asked-without-news").saw(format!(
                    "drawn was {drawn:?} (percent, ms), and to do so `follow` woke up {} times",
                    stats.polls
                )));
            }
            Ok(drawn)
        }
    }
}

fn not_the_first(drawn: &Drawn) -> Finding {
    let saw = match drawn.first() {
        None => "0% was there from the start, and nothing was drawn".to_owned(),
        Some((n, at)) => format!(
            "0% was there from the start, and the first that was drawn is {n}%, after {at} ms"
        ),
    };
    Finding::mistake("watch-is-a-queue").saw(saw)
}

fn the_download_does_not_wait_for_the_bar() -> Verdict {
    follow(async |percent| {
        for n in 1..=3 {
            sleep(Duration::from_millis(10)).await;
            // A `send` that finds the value borrowed blocks its thread, and with it everything.
            probe::if_it_hangs("guard-across-await");
            let _ = percent.send(n);
            probe::if_it_hangs("hung");
        }
        sleep(Duration::from_millis(40)).await;
    })
    .map(drop)
}

fn the_first_percentage_is_drawn_at_once() -> Verdict {
    let drawn = follow(async |percent| {
        sleep(Duration::from_secs(60)).await;
        drop(percent);
    })?;
    match drawn[..] {
        [(0, 0)] => Ok(()),
        [(0, _), (0, 25), ..] => Err(twice(&drawn)),
        [(0, _), (0, _), ..] => {
            Err(Finding::unnamed("A percentage is drawn twice").saw(format!(
                "0% was there all the time, and the sender went after 60000 ms: drawn was \
                 {drawn:?} (percent, ms)"
            )))
        }
        _ => Err(not_the_first(&drawn)),
    }
}

fn twice(drawn: &Drawn) -> Finding {
    Finding::mistake("seen-but-not-marked")
        .saw(format!("a percentage was drawn twice: {drawn:?} (percent, ms)"))
}

fn what_was_overtaken_is_left_out() -> Verdict {
    let drawn = follow(async |percent| {
        for n in 1..=10 {
            sleep(Duration::from_millis(10)).await;
            let _ = percent.send(n * 10);
        }
    })?;
    let values: Vec<u32> = drawn.iter().map(|(n, _)| *n).collect();
    if values.first() != Some(&0) {
        return Err(not_the_first(&drawn));
    }
    if values.windows(2).any(|two| two[0] == two[1]) {
        return Err(twice(&drawn));
    }
    let expected = [(0, 0), (20, 25), (50, 50), (70, 75), (100, 100)];
    if values.last() != Some(&100) {
        return Err(Finding::unnamed("The last percentage is not drawn").saw(format!(
            "the sender went at 100%, and drawn were {drawn:?} (percent, ms)"
        )));
    }
    if drawn.len() > 6 {
        return Err(Finding::mistake("watch-is-a-queue").saw(format!(
            "the percentage changed every 10 ms, a drawing takes 25 ms, and {} were drawn, the \
             last of them after {} ms: what was overtaken should be left out",
            drawn.len(),
            drawn[drawn.len() - 1].1
        )));
    }
    // At 50 and 100 ms the drawing ends in the moment in which the percentage changes: both
    // orders are right.
    let late = drawn.iter().zip(expected).any(|(a, b)| a.1 > b.1 + 10);
    if late || drawn.len() < 5 {
        return Err(Finding::unnamed("The bar does not show the newest percentage")
            .saw(format!("drawn were {drawn:?} (percent, ms), and not {expected:?}")));
    }
    Ok(())
}

fn nothing_is_drawn_twice() -> Verdict {
    let run = virtual_time(|| async {
        let start = Instant::now();
        let (sender, percent) = watch::channel(0);
        for n in [10, 20, 30] {
            let _ = sender.send(n);
        }
        let mut drawn = Vec::new();
        let draw = async |now| {
            drawn.push((now, start.elapsed().as_millis()));
            sleep(Duration::from_millis(25)).await;
        };
        tokio::spawn(async move {
            sleep(Duration::from_secs(1)).await;
            drop(sender);
        });
        exercise::follow(percent, draw).await;
        drawn
    });
    let drawn = run.done()?.0;
    let saw = format!(
        "10%, 20% and 30% were sent before the bar was there, and drawn were {drawn:?} \
         (percent, ms)"
    );
    match drawn[..] {
        [(30, _)] => Ok(()),
        [] => Err(Finding::mistake("watch-is-a-queue").saw(saw)),
        [(30, _), (30, 25), ..] => Err(twice(&drawn)),
        _ => Err(Finding::unnamed("The first percentage is wrong").saw(saw)),
    }
}

fn a_download_that_breaks_off_ends_the_bar() -> Verdict {
    let drawn = follow(async |percent| {
        for n in 1..=6 {
            sleep(Duration::from_millis(100)).await;
            let _ = percent.send(n * 10);
        }
    })?;
    let values: Vec<u32> = drawn.iter().map(|(n, _)| *n).collect();
    if values != [0, 10, 20, 30, 40, 50, 60] {
        return Err(Finding::unnamed("The bar of a broken download is wrong").saw(format!(
            "the percentage went from 0 to 60 in steps of 10, with time to draw each, \
             and drawn were {values:?}"
        )));
    }
    Ok(())
}

/// Neither is 100 the end, nor does a percentage only grow.
fn a_download_may_start_again() -> Verdict {
    let drawn = follow(async |percent| {
        for n in [40, 100, 20, 60] {
            sleep(Duration::from_millis(100)).await;
            let _ = percent.send(n);
        }
        sleep(Duration::from_secs(1)).await;
    })?;
    let values: Vec<u32> = drawn.iter().map(|(n, _)| *n).collect();
    if values != [0, 40, 100, 20, 60] {
        return Err(Finding::unnamed("A download that starts again is not followed")
            .saw(format!(
                "the percentage went to 40 and to 100, then back to 20 and on to 60, and \
                 drawn were {values:?}"
            )));
    }
    Ok(())
}
