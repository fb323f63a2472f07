//! Two streams in the check's hand: whatever happens in them, in any order, and who is asked in each poll. Then items at
//! known times, and streams that always have one.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/09-streams/merge-two/solution.rs"
)]
mod exercise;

use std::cell::RefCell;
use std::collections::VecDeque;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use exercise::Merge;
use futures::{Stream, StreamExt, stream};
use probe::{CountWaker, Finding, Verdict, if_it_hangs, virtual_time, words};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, timeout};
use tokio_stream::wrappers::UnboundedReceiverStream;

probe::main!(
    "09-merge-two",
    [
        waiting_costs_nothing,
        whatever_happens_in_the_two,
        nothing_is_held_back,
        neither_waits_for_long,
        every_item_comes_out,
    ]
);

/// A stream in the check's hand. Clones share it.
#[derive(Clone, Default)]
struct Source(Rc<RefCell<Inside>>);

#[derive(Default)]
struct Inside {
    items: VecDeque<u32>,
    /// It ends after the items that are left.
    ends: bool,
    ended: bool,
    polled_after: usize,
    /// Polls, and those of them with the waker of the consumer.
    polls: usize,
    heard: usize,
    consumer: Option<Waker>,
}

impl Stream for Source {
    type Item = u32;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<u32>> {
        let mut inside = self.0.borrow_mut();
        if inside.ended {
            inside.polled_after += 1;
            return Poll::Ready(None);
        }
        inside.polls += 1;
        if inside.consumer.as_ref().is_some_and(|waker| waker.will_wake(cx.waker())) {
            inside.heard += 1;
        }
        if let Some(item) = inside.items.pop_front() {
            return Poll::Ready(Some(item));
        }
        if inside.ends {
            inside.ended = true;
            return Poll::Ready(None);
        }
        Poll::Pending
    }
}

/// What happens between two polls.
#[derive(Clone, Copy, PartialEq)]
enum Event {
    Nothing,
    Items(usize, usize),
    /// The first ends, or the second, or both; perhaps after a last item.
    Ends(bool, bool),
    LastItem(bool),
}

const EVENTS: [Event; 9] = [
    Event::Nothing,
    Event::Items(1, 0),
    Event::Items(0, 1),
    Event::Items(1, 1),
    Event::Ends(true, false),
    Event::Ends(false, true),
    Event::Ends(true, true),
    Event::LastItem(true),
    Event::LastItem(false),
];

impl Event {
    fn words(self) -> &'static str {
        match self {
            Event::Nothing => "nothing happened",
            Event::Items(_, 0) => "the first stream got an item",
            Event::Items(0, _) => "the second stream got an item",
            Event::Items(..) => "both streams got an item",
            Event::Ends(true, true) => "both streams ended",
            Event::Ends(true, _) => "the first stream ended",
            Event::Ends(..) => "the second stream ended",
            Event::LastItem(true) => "the first stream got an item and ended",
            Event::LastItem(false) => "the second stream got an item and ended",
        }
    }
}

/// Every way in which up to four events follow each other, the short ones first. After each event the merged stream is polled
/// until it waits.
fn whatever_happens_in_the_two() -> Verdict {
    for length in 1..=4 {
        for number in 0..EVENTS.len().pow(length) {
            let nth = |n| EVENTS[number / EVENTS.len().pow(n) % EVENTS.len()];
            let events: Vec<Event> = (0..length).map(nth).collect();
            happens(&events)?;
        }
    }
    Ok(())
}

fn happens(events: &[Event]) -> Verdict {
    let (first, second) = (Source::default(), Source::default());
    let wakes = CountWaker::new();
    let waker = wakes.waker();
    let both = [&first, &second];
    let mut merged = Merge::new(first.clone(), second.clone());
    let (mut sent, mut came) = ([0_u32, 0], [0_u32, 0]);
    // How many times it woke the consumer itself since it last waited without doing so.
    let mut woke = 0;
    for (at, event) in events.iter().enumerate() {
        let (items, ends) = match *event {
            Event::Nothing => ([0, 0], [false; 2]),
            Event::Items(a, b) => ([a, b], [false; 2]),
            Event::Ends(a, b) => ([0, 0], [a, b]),
            Event::LastItem(a) => ([usize::from(a), usize::from(!a)], [a, !a]),
        };
        for (n, source) in both.into_iter().enumerate() {
            let mut inside = source.0.borrow_mut();
            for _ in 0..items[n] {
                if !inside.ends {
                    inside.items.push_back(1_000 * n as u32 + sent[n]);
                    sent[n] += 1;
                }
            }
            inside.ends |= ends[n];
        }
        let history: Vec<&str> = events[..=at].iter().map(|it| it.words()).collect();
        let history = history.join("; then ");
        loop {
            for source in both {
                let mut inside = source.0.borrow_mut();
                (inside.polls, inside.heard) = (0, 0);
                inside.consumer = Some(waker.clone());
            }
            let (before, ended_before) =
                (wakes.wakes(), both.map(|it| it.0.borrow().ended));
            let polled = merged.poll_next_unpin(&mut Context::from_waker(&waker));
            let ended = both.map(|it| it.0.borrow().ended);
            let left = both.map(|it| it.0.borrow().items.len());
            let which = |n: usize| if n == 0 { "the first" } else { "the second" };
            if let Some(n) = (0..2).find(|n| both[*n].0.borrow().polled_after > 0) {
                return Err(Finding::mistake("polled-after-none").saw(format!(
                    "{history}: {} stream had returned `None`, and was polled again",
                    which(n)
                )));
            }
            let lost = (0..2).find(|n| sent[*n] as usize > came[*n] as usize + left[*n]);
            match polled {
                Poll::Ready(Some(item)) => {
                    let n = usize::from(item >= 1_000);
                    if item % 1_000 != came[n] {
                        return Err(match item % 1_000 > came[n] {
                            true => lost_item(&history, which(n)),
                            false => {
                                Finding::unnamed("The items did not keep their order")
                                    .saw(format!(
                                        "{history}: an item of {} stream came out again",
                                        which(n)
                                    ))
                            }
                        });
                    }
                    came[n] += 1;
                }
                Poll::Ready(None) => {
                    if let Some(n) = (0..2).find(|n| !ended[*n]) {
                        return Err(Finding::mistake("first-end-ends-all").saw(format!(
                            "{history}: the merged stream ended, and {} had not",
                            which(n)
                        )));
                    }
                    return match lost {
                        Some(n) => Err(lost_item(&history, which(n))),
                        None => Ok(()),
                    };
                }
                Poll::Pending => {
                    let own = wakes.wakes() - before;
                    if own > 0 {
                        woke += own;
                        // Once for the end of each is forgiven: it goes on at once.
                        if ended == ended_before || woke > 2 {
                            return Err(Finding::mistake("self-wake-spin").saw(format!(
                                "{history}: `Pending` came out, and the consumer had been woken by the \
                                 merged stream itself"
                            )));
                        }
                        continue;
                    }
                    if ended == [true; 2] {
                        return Err(Finding::mistake("pending-without-waker").saw(format!(
                            "{history}: both had returned `None`, and `Pending` came out, with nothing \
                             left that could wake the consumer"
                        )));
                    }
                    let asked = both.map(|it| it.0.borrow().polls > 0);
                    let heard = both.map(|it| it.0.borrow().heard > 0);
                    if let Some(n) = (0..2).find(|n| !ended[*n] && !heard[*n]) {
                        let (other, it) = (1 - n, which(n));
                        return Err(if asked[n] {
                            Finding::mistake("pending-without-waker").saw(format!(
                                "{history}: `Pending` came out, and {it} stream had been polled with \
                                 another waker than the consumer's"
                            ))
                        } else if !ended[other] && heard[other] {
                            Finding::mistake("asked-only-one").saw(format!(
                                "{history}: {} stream had nothing and `Pending` came out, but {it} had not \
                                 been asked in this poll",
                                which(other)
                            ))
                        } else {
                            Finding::mistake("pending-without-waker").saw(format!(
                                "{history}: `Pending` came out, and {it} stream, which was left, had not \
                                 been asked in this poll"
                            ))
                        });
                    }
                    if let Some(n) = lost {
                        return Err(lost_item(&history, which(n)));
                    }
                    break;
                }
            }
        }
    }
    Ok(())
}

fn lost_item(history: &str, which: &str) -> Finding {
    Finding::mistake("state-in-a-local").saw(format!(
        "{history}: an item was taken from {which} stream, and did not come out"
    ))
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
        return Err(Finding::unnamed("An item was held back").saw(format!(
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
    let run = virtual_time(|| merged.take(400).collect::<String>());
    let (came, _) = run.done()?;
    let longest = |item: char| came.split(|c| c != item).map(str::len).max();
    if longest('a').max(longest('b')) <= Some(2) {
        return Ok(());
    }
    let saw = format!(
        "both streams always had an item, `a` and `b`, and these came out first: {}",
        &came[..40]
    );
    Err(match came.contains('a') && came.contains('b') {
        true => Finding::unnamed("One stream came out more than twice in a row").saw(saw),
        false => Finding::mistake("biased-starves").saw(saw),
    })
}

fn every_item_comes_out() -> Verdict {
    for (first, second) in [(0, 0), (0, 3), (3, 0), (1, 1), (50, 2), (2, 50), (40, 40)] {
        let (a, b) = (stream::iter(0..first), stream::iter(1_000..1_000 + second));
        let (came, _) = virtual_time(|| Merge::new(a, b).collect::<Vec<u32>>()).done()?;
        let (low, high): (Vec<u32>, Vec<u32>) = came.iter().partition(|n| **n < 1_000);
        if !low.into_iter().eq(0..first) || !high.into_iter().eq(1_000..1_000 + second) {
            return Err(Finding::unnamed("The items are not those that were sent").saw(
                format!(
                    "streams of {first} and {second} items, and {} came out: {came:?}",
                    words::count(came.len(), "item")
                ),
            ));
        }
    }
    Ok(())
}

fn waiting_costs_nothing() -> Verdict {
    if_it_hangs("poll-waits");
    let wakes = CountWaker::new();
    let mut merged = Merge::new(stream::pending::<u32>(), stream::pending());
    for _ in 0..3 {
        let _ = merged.poll_next_unpin(&mut Context::from_waker(&wakes.waker()));
    }
    if wakes.wakes() > 0 {
        return Err(Finding::mistake("self-wake-spin").saw(format!(
            "neither stream had an item, and in 3 polls the consumer was woken {}",
            words::times(wakes.wakes())
        )));
    }
    Ok(())
}
