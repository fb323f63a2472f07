//! Streams that note whether they are polled after their end, items at known times, and a count of wakes.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/09-streams/merge-two/solution.rs"
)]
mod exercise;

use std::cell::Cell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use exercise::Merge;
use futures::{Stream, StreamExt, stream};
use probe::{CountWaker, End, Finding, Verdict, virtual_time};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, timeout};
use tokio_stream::wrappers::UnboundedReceiverStream;

probe::main!(
    "09-merge-two",
    [
        waiting_costs_nothing,
        nothing_is_held_back,
        one_ends_and_the_other_goes_on,
        neither_waits_for_long,
        every_item_comes_out,
    ]
);

/// A stream that notes how often it is polled after its end.
struct Ending<S> {
    stream: S,
    ended: bool,
    polled_after: Rc<Cell<usize>>,
}

impl<S: Stream + Unpin> Stream for Ending<S> {
    type Item = S::Item;

    fn poll_next(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<S::Item>> {
        if self.ended {
            self.polled_after.set(self.polled_after.get() + 1);
            return Poll::Ready(None);
        }
        let polled = Pin::new(&mut self.stream).poll_next(cx);
        self.ended = matches!(polled, Poll::Ready(None));
        polled
    }
}

fn ending<S: Stream + Unpin>(stream: S, polled_after: &Rc<Cell<usize>>) -> Ending<S> {
    Ending { stream, ended: false, polled_after: polled_after.clone() }
}

fn nothing_is_held_back() -> Verdict {
    let run = virtual_time(|| async {
        let (first, a) = mpsc::unbounded_channel();
        let (second, b) = mpsc::unbounded_channel();
        let start = Instant::now();
        let feed = async {
            for n in 1_u32..=8 {
                sleep(Duration::from_millis(10)).await;
                // One stream or the other, some time or other: 1 1 2 2 2 1 2 1.
                let _ = if [1, 2, 6, 8].contains(&n) { &first } else { &second }.send(n);
            }
            sleep(Duration::from_secs(1)).await;
        };
        let read = async {
            let (a, b) =
                (UnboundedReceiverStream::new(a), UnboundedReceiverStream::new(b));
            let mut merged = Merge::new(a, b);
            let mut came = Vec::new();
            while let Ok(Some(n)) = timeout(Duration::from_secs(1), merged.next()).await {
                came.push((n, start.elapsed().as_millis()));
            }
            came
        };
        tokio::join!(feed, read).1
    });
    let (came, _) = run.done()?;
    let sent: Vec<(u32, u128)> = (1..=8).map(|n| (n, u128::from(n) * 10)).collect();
    let late = came.iter().any(|(n, at)| *at > u128::from(*n) * 10);
    if late || came.len() < sent.len() {
        return Err(Finding::mistake("pending-without-waker").saw(format!(
            "items 1 to 8 were sent 10 ms apart, into one stream or the other; these came out, and \
             when: {came:?}"
        )));
    }
    if came != sent {
        return Err(Finding::unnamed("The items are not those that were sent")
            .saw(format!("items 1 to 8 were sent, and {came:?} came out")));
    }
    Ok(())
}

fn neither_waits_for_long() -> Verdict {
    let merged = Merge::new(stream::repeat('a'), stream::repeat('b'));
    let run = virtual_time(|| merged.take(40).collect::<String>());
    let (came, _) = run.done()?;
    let longest = |item: char| came.split(|c| c != item).map(str::len).max();
    if longest('a').max(longest('b')) > Some(2) {
        return Err(Finding::mistake("biased-starves").saw(format!(
            "both streams always had an item, `a` and `b`, and these came out: {came}"
        )));
    }
    Ok(())
}

/// Two streams of which one ends after its first item. Returns what came out, if the merged stream ended.
fn one_is_short(short_is_first: bool) -> Result<(Option<Vec<u32>>, usize), Finding> {
    let polled_after = Rc::new(Cell::new(0));
    let run = virtual_time(|| {
        let item = async |n: u32| {
            sleep(Duration::from_millis(10)).await;
            n
        };
        let long = ending(Box::pin(stream::iter(1..=5).then(item)), &polled_after);
        let short = ending(Box::pin(stream::iter(100..=100).then(item)), &polled_after);
        let merged: Pin<Box<dyn Stream<Item = u32>>> = match short_is_first {
            true => Box::pin(Merge::new(short, long)),
            false => Box::pin(Merge::new(long, short)),
        };
        merged.collect::<Vec<u32>>()
    });
    let came = match run.end {
        End::Stuck => None,
        End::Done(came) => Some(came),
        _ => Some(run.done()?.0),
    };
    Ok((came, polled_after.get()))
}

fn one_ends_and_the_other_goes_on() -> Verdict {
    for short_is_first in [true, false] {
        let which = if short_is_first { "first" } else { "second" };
        let (came, polled_after) = one_is_short(short_is_first)?;
        if polled_after > 0 {
            return Err(Finding::mistake("polled-after-none").saw(format!(
                "the {which} stream ended early, and was polled {polled_after} times after that"
            )));
        }
        let Some(came) = came else {
            return Err(Finding::mistake("pending-without-waker").saw(format!(
                "the {which} stream ended early, the other later; then `Pending` came out, and \
                 nothing was left that could wake the consumer"
            )));
        };
        let long: Vec<u32> = came.iter().copied().filter(|n| *n <= 5).collect();
        let saw =
            format!("5 items in one stream and 1 in the other; these came out: {came:?}");
        if long.len() < 5 && long.iter().eq([1, 2, 3, 4, 5].iter().take(long.len())) {
            return Err(Finding::mistake("first-end-ends-all").saw(saw));
        }
        if long != [1, 2, 3, 4, 5] || came.len() != 6 {
            return Err(
                Finding::unnamed("The items are not those that were sent").saw(saw)
            );
        }
    }
    Ok(())
}

fn every_item_comes_out() -> Verdict {
    for (first, second) in [(0, 0), (0, 3), (3, 0), (1, 1), (50, 2), (2, 50), (40, 40)] {
        let polled_after = Rc::new(Cell::new(0));
        let a = ending(stream::iter(0..first), &polled_after);
        let b = ending(stream::iter(1_000..1_000 + second), &polled_after);
        let (came, _) = virtual_time(|| Merge::new(a, b).collect::<Vec<u32>>()).done()?;
        if polled_after.get() > 0 {
            return Err(Finding::mistake("polled-after-none").saw(format!(
                "streams of {first} and {second} items, always ready; after their ends, they were \
                 polled {} times",
                polled_after.get()
            )));
        }
        let (low, high): (Vec<u32>, Vec<u32>) = came.iter().partition(|n| **n < 1_000);
        let saw =
            format!("streams of {first} and {second} items, and {} came out", came.len());
        if came.len() < (first + second) as usize {
            return Err(Finding::mistake("first-end-ends-all").saw(saw));
        }
        if !low.into_iter().eq(0..first) || !high.into_iter().eq(1_000..1_000 + second) {
            return Err(Finding::unnamed("The items did not keep their order").saw(saw));
        }
    }
    Ok(())
}

fn waiting_costs_nothing() -> Verdict {
    let wakes = CountWaker::new();
    let mut merged = Merge::new(stream::pending::<u32>(), stream::pending());
    for _ in 0..3 {
        let _ = merged.poll_next_unpin(&mut Context::from_waker(&wakes.waker()));
    }
    if wakes.wakes() > 0 {
        return Err(Finding::mistake("self-wake-spin").saw(format!(
            "neither stream had an item, and 3 polls woke the consumer {} times",
            wakes.wakes()
        )));
    }
    Ok(())
}
