//! A download of the check's own changes the percentage at known times; drawing takes 25 ms.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/04-channels/progress/solution.rs"
)]
mod exercise;

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use probe::words::{count, or, times};
use probe::{End, Finding, Stats, Verdict, threads, virtual_time};
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

probe::main!(
    "04-progress",
    [
        the_download_does_not_wait_for_the_bar,
        the_first_percentage_is_drawn_at_once,
        what_was_overtaken_is_left_out,
        nothing_is_drawn_twice,
        a_download_that_is_over_is_drawn_too,
        a_download_that_breaks_off_ends_the_bar,
        a_download_may_start_again,
        the_bar_returns_when_the_sender_goes,
        a_download_on_another_thread_is_followed_to_its_end,
    ]
);

type Drawn = Vec<(u32, u128)>;

/// What was drawn, and when in milliseconds. Clones share it.
#[derive(Clone, Default)]
struct Bar(Rc<RefCell<Drawings>>);

#[derive(Clone, Default)]
struct Drawings {
    drawn: Drawn,
    called: usize,
    ended: usize,
}

impl Bar {
    /// Not an `async fn`, so that a call shows even if nobody polls what it returns.
    fn draw(&self, now: u32, start: Instant) -> impl Future<Output = ()> + use<> {
        let bar = self.0.clone();
        bar.borrow_mut().called += 1;
        async move {
            bar.borrow_mut().drawn.push((now, start.elapsed().as_millis()));
            sleep(Duration::from_millis(25)).await;
            bar.borrow_mut().ended += 1;
        }
    }

    /// What was drawn, if each drawing ran to its end.
    fn drawn(&self) -> Result<Drawn, Finding> {
        let Drawings { drawn, called, ended } = self.0.borrow().clone();
        if called > 0 && drawn.is_empty() {
            return Err(Finding::mistake("lazy-future").saw(format!(
                "`draw` was called {}, and nobody polled what it returned",
                times(called)
            )));
        }
        if called > ended {
            return Err(Finding::mistake("select-keeps-progress").saw(format!(
                "a drawing takes 25 ms, and of {} {ended} ran to the end: {drawn:?} were begun \
                 (percent, ms)",
                count(called, "drawing")
            )));
        }
        Ok(drawn)
    }
}

/// Runs `follow` beside a download; returns what was drawn, and when in milliseconds.
fn follow<F>(download: impl FnOnce(watch::Sender<u32>) -> F) -> Result<Drawn, Finding>
where
    F: Future<Output = ()> + Send + 'static,
{
    follow_for(download).map(|(drawn, _)| drawn)
}

/// Also returns what it cost.
fn follow_for<F>(
    download: impl FnOnce(watch::Sender<u32>) -> F,
) -> Result<(Drawn, Stats), Finding>
where
    F: Future<Output = ()> + Send + 'static,
{
    let bar = Bar::default();
    // The poll budget of a loop may last longer than a busy machine gives it.
    probe::if_it_spins("busy");
    let run = virtual_time(|| async {
        let start = Instant::now();
        let (sender, percent) = watch::channel(0);
        tokio::spawn(download(sender));
        exercise::follow(percent, |now| bar.draw(now, start)).await;
    });
    let drawn = bar.0.borrow().drawn.clone();
    match run.end {
        End::Stuck if !drawn.iter().any(|(n, _)| *n == 0) => Err(not_the_first(&drawn)),
        End::Stuck => Err(Finding::mistake("stuck").saw(format!(
            "the sender is gone, drawn was {drawn:?} (percent, ms), and `follow` waits for more"
        ))),
        _ => {
            let (_, stats) = run.done()?;
            let drawn = bar.drawn()?;
            // A drawing takes two polls, and so does waiting for a change.
            if stats.polls > 10 * (drawn.len() + 2) {
                return Err(Finding::mistake("asked-without-news").saw(format!(
                    "drawn was {drawn:?} (percent, ms), and to do so `follow` woke up {}",
                    times(stats.polls)
                )));
            }
            Ok((drawn, stats))
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
            probe::if_it_waits("guard-across-await");
            let _ = percent.send(n);
            probe::if_it_waits("hung");
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
            Err(Finding::unnamed("A percentage is drawn twice")
                .saw(format!(
                    "0% was there all the time, and the sender went after 60000 ms: drawn was \
                     {drawn:?} (percent, ms)"
                ))
                .because(
                    "`changed` fails only when the sender is gone and every version has been seen: \
                     then there is nothing left to draw",
                ))
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
        return Err(Finding::mistake("closed-is-not-empty").saw(format!(
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
    let bar = Bar::default();
    let run = virtual_time(|| async {
        let start = Instant::now();
        let (sender, percent) = watch::channel(0);
        for n in [10, 20, 30] {
            let _ = sender.send(n);
        }
        tokio::spawn(async move {
            sleep(Duration::from_secs(1)).await;
            drop(sender);
        });
        exercise::follow(percent, |now| bar.draw(now, start)).await;
    });
    run.done()?;
    let drawn = bar.drawn()?;
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

/// The sender was gone before the bar was there.
fn a_download_that_is_over_is_drawn_too() -> Verdict {
    for (sent, last) in [(None, 0), (Some(70), 70)] {
        let bar = Bar::default();
        let run = virtual_time(|| async {
            let (sender, percent) = watch::channel(0);
            if let Some(n) = sent {
                let _ = sender.send(n);
            }
            drop(sender);
            let start = Instant::now();
            exercise::follow(percent, |now| bar.draw(now, start)).await;
        });
        run.done()?;
        let drawn = bar.drawn()?;
        let saw = format!(
            "the sender had gone at {last}% before `follow` was called, and drawn were {drawn:?} \
             (percent, ms)"
        );
        return match drawn[..] {
            [(n, _)] if n == last => continue,
            [] => Err(Finding::mistake("closed-is-not-empty").saw(saw)),
            [(n, _), (m, _)] if n == last && m == last => {
                Err(Finding::unnamed("A percentage is drawn twice").saw(saw))
            }
            _ => Err(Finding::unnamed("The first percentage is wrong").saw(saw)),
        };
    }
    Ok(())
}

fn the_bar_returns_when_the_sender_goes() -> Verdict {
    for pause in [7, 1_234_567] {
        let (_, stats) = follow_for(async move |percent| {
            sleep(Duration::from_millis(100)).await;
            let _ = percent.send(1);
            sleep(Duration::from_millis(pause)).await;
        })?;
        // The last drawing may still be under way.
        let end = Duration::from_millis(100 + pause.max(25));
        if stats.elapsed > end {
            return Err(Finding::unnamed("`follow` returned late").saw(format!(
                "the sender was gone and all was drawn after {end:?}, and `follow` returned after \
                 {:?}",
                stats.elapsed
            )));
        }
    }
    Ok(())
}

/// There, the percentage can change between any two steps of the bar. Several senders at once get in
/// the way of whoever looks, so that it changes there on a busy machine, too.
fn a_download_on_another_thread_is_followed_to_its_end() -> Verdict {
    const SENDERS: u32 = 4;
    const EACH: u32 = 5_000;
    probe::if_it_waits("hung");
    probe::if_it_spins("busy");
    let (runtime, began) = (threads::runtime(), std::time::Instant::now());
    for _ in 0..20 {
        let (sender, percent) = watch::channel(0);
        let mut look = percent.clone();
        let senders: Vec<_> = (0..SENDERS)
            .map(|number| {
                let sender = sender.clone();
                std::thread::spawn(move || {
                    for n in 1..=EACH {
                        let _ = sender.send(number * EACH + n);
                    }
                })
            })
            .collect();
        drop(sender);
        let drawn = RefCell::new(Vec::new());
        let draw = |now| {
            drawn.borrow_mut().push(now);
            std::future::ready(())
        };
        runtime.block_on(exercise::follow(percent, draw));
        for sender in senders {
            let _ = sender.join();
        }
        let (drawn, last) = (drawn.into_inner(), *look.borrow_and_update());
        let saw = "four threads sent 5,000 percentages each, no two of them the same";
        if let Some(two) = drawn.windows(2).find(|two| two[0] == two[1]) {
            return Err(Finding::mistake("seen-but-not-marked")
                .saw(format!("{saw}, and {} was drawn twice", two[0])));
        }
        if drawn.last() != Some(&last) {
            return Err(Finding::unnamed("The last percentage is not drawn")
                .saw(format!(
                    "{saw}; the last was {last}, and the last that was drawn is {}",
                    or(drawn.last(), "none")
                ))
                .because(
                    "it came after the bar had read the one before it, and was marked as seen, \
                     or counted as the end, without being read",
                ));
        }
        if began.elapsed() > threads::ENOUGH * 2 / 3 {
            break;
        }
    }
    Ok(())
}
