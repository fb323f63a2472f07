//! A sink that counts flushes, can refuse to be ready, takes its time, and fails once or for good, at each place.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/09-streams/deliver/solution.rs"
)]
mod exercise;

use std::cell::RefCell;
use std::collections::VecDeque;
use std::iter;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use futures::{Sink, Stream, stream};
use probe::{End, Finding, Strict, StrictLog, Verdict, virtual_time, words};
use tokio::task::yield_now;
use tokio::time::{Instant, Sleep, sleep};

probe::main!(
    "09-deliver",
    [
        a_message_that_comes_alone_does_not_wait,
        a_burst_is_flushed_together,
        a_small_burst_is_not_cut,
        a_sink_that_takes_no_more_stops_the_stream,
        the_end_closes_the_sink,
        a_slow_sink_gets_everything,
        an_error_of_the_sink_is_returned,
    ]
);

/// A call of the sink that fails: the n-th of its kind, from 1.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Call {
    Ready(usize),
    Message(usize),
    Flush(usize),
    Close,
}

#[derive(Debug, Default)]
struct State {
    /// What arrived at the other end.
    flushed: Vec<u32>,
    unflushed: Vec<u32>,
    flushes: usize,
    /// Flushes with something to flush, those that failed included.
    tried: usize,
    /// How often it was asked to flush nothing since the clock moved, and when that began.
    for_nothing: (usize, Option<Instant>),
    /// That was [`TOO_OFTEN`].
    spun: bool,
    closed: bool,
    /// It has said that it is ready, and has not been given an item since.
    ready: bool,
    /// It was given an item without having said so.
    unasked: bool,
    /// How many times it said that it is ready for another item.
    readies: usize,
    given: usize,
    /// How many more items the sink takes.
    room: Option<usize>,
    waker: Option<Waker>,
    fails: Option<Call>,
    /// Every call after the one that failed fails, too.
    for_good: bool,
    broken: bool,
    /// How long a flush takes, and closing.
    slow: Duration,
    waiting: Option<Pin<Box<Sleep>>>,
}

impl State {
    fn attempt(&mut self, call: Call) -> Result<(), Broken> {
        if self.fails == Some(call) || (self.broken && self.for_good) {
            self.broken = true;
            return Err(Broken);
        }
        Ok(())
    }

    fn poll_slow(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if !self.slow.is_zero() {
            let slow = self.slow;
            let waiting = self.waiting.get_or_insert_with(|| Box::pin(sleep(slow)));
            ready!(waiting.as_mut().poll(cx));
            self.waiting = None;
        }
        Poll::Ready(())
    }
}

#[derive(Clone, Debug, Default)]
struct Wire(Rc<RefCell<State>>);

impl Wire {
    fn makes_room(&self) {
        let mut state = self.0.borrow_mut();
        state.room = None;
        if let Some(waker) = state.waker.take() {
            waker.wake();
        }
    }

    fn flushed(&self) -> Vec<u32> {
        self.0.borrow().flushed.clone()
    }
}

/// Asked this often at the same moment to flush nothing, the sink makes the asker wait, or it would never stop.
const TOO_OFTEN: usize = 1_000;

/// The sink takes what is encoded, and nothing else: the types see to it that nobody forgets.
fn encode(message: u32) -> u32 {
    message
}

#[derive(Debug, PartialEq)]
struct Broken;

impl Sink<u32> for Wire {
    type Error = Broken;

    fn poll_ready(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), Broken>> {
        let mut state = self.0.borrow_mut();
        let call = Call::Ready(state.readies + 1);
        if !state.ready
            && let Err(broken) = state.attempt(call)
        {
            return Poll::Ready(Err(broken));
        }
        if state.room == Some(0) {
            state.waker = Some(cx.waker().clone());
            return Poll::Pending;
        }
        if !state.ready {
            state.ready = true;
            state.readies += 1;
        }
        Poll::Ready(Ok(()))
    }

    fn start_send(self: Pin<&mut Self>, item: u32) -> Result<(), Broken> {
        let mut state = self.0.borrow_mut();
        state.unasked |= !state.ready;
        state.ready = false;
        state.given += 1;
        let call = Call::Message(state.given);
        state.attempt(call)?;
        if let Some(room) = &mut state.room {
            *room = room.saturating_sub(1);
        }
        state.unflushed.push(item);
        Ok(())
    }

    fn poll_flush(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), Broken>> {
        let mut state = self.0.borrow_mut();
        if state.unflushed.is_empty() {
            // Whoever flushes for nothing pays nothing: there is nothing to write.
            let now = Instant::now();
            let (times, since) = state.for_nothing;
            let times = if since == Some(now) { times + 1 } else { 1 };
            state.for_nothing = (times, Some(now));
            let too_often = times >= TOO_OFTEN;
            state.spun |= too_often;
            return if too_often { Poll::Pending } else { Poll::Ready(Ok(())) };
        }
        ready!(state.poll_slow(cx));
        state.tried += 1;
        let call = Call::Flush(state.tried);
        if let Err(broken) = state.attempt(call) {
            return Poll::Ready(Err(broken));
        }
        state.flushes += 1;
        state.for_nothing = (0, None);
        let unflushed = std::mem::take(&mut state.unflushed);
        state.flushed.extend(unflushed);
        Poll::Ready(Ok(()))
    }

    fn poll_close(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), Broken>> {
        if !self.0.borrow().unflushed.is_empty() {
            ready!(self.as_mut().poll_flush(cx))?;
        }
        let mut state = self.0.borrow_mut();
        ready!(state.poll_slow(cx));
        state.attempt(Call::Close)?;
        state.closed = true;
        Poll::Ready(Ok(()))
    }
}

/// The check's end of a stream of messages.
#[derive(Clone, Debug, Default)]
struct Sender(Rc<RefCell<Queue>>);

#[derive(Debug, Default)]
struct Queue {
    messages: VecDeque<u32>,
    ended: bool,
    waker: Option<Waker>,
}

impl Sender {
    fn change(&self, change: impl FnOnce(&mut Queue)) {
        let mut queue = self.0.borrow_mut();
        change(&mut queue);
        if let Some(waker) = queue.waker.take() {
            waker.wake();
        }
    }

    fn send(&self, messages: impl IntoIterator<Item = u32>) {
        self.change(|queue| queue.messages.extend(messages));
    }

    fn end(&self) {
        self.change(|queue| queue.ended = true);
    }
}

/// Messages that are there when they have been sent, however many. Asked after its end, this stream panics, and that panic
/// becomes a finding: `polled-after-none`.
fn messages() -> (Sender, impl Stream<Item = u32>, StrictLog) {
    let sender = Sender::default();
    let queue = sender.0.clone();
    let messages = Strict::new(
        "the stream of messages",
        stream::poll_fn(move |cx| {
            let mut queue = queue.borrow_mut();
            if let Some(message) = queue.messages.pop_front() {
                return Poll::Ready(Some(message));
            }
            if queue.ended {
                return Poll::Ready(None);
            }
            queue.waker = Some(cx.waker().clone());
            Poll::Pending
        }),
    );
    let log = messages.log();
    (sender, messages, log)
}

/// What the sink got after each burst: all that had been flushed, and with how many flushes of this burst.
type Seen = Vec<(Vec<u32>, usize)>;

/// Delivers bursts with pauses of 10 s between them, and looks at the sink at the end of each pause.
fn bursts(sizes: &[u32]) -> Result<Seen, Finding> {
    let wire = Wire::default();
    let (sender, messages, log) = messages();
    let run = virtual_time(|| async {
        let feed = async {
            let (mut seen, mut next) = (Vec::new(), 0);
            for size in sizes {
                sender.send(next + 1..=next + size);
                next += size;
                sleep(Duration::from_secs(10)).await;
                let state = &mut *wire.0.borrow_mut();
                seen.push((state.flushed.clone(), std::mem::take(&mut state.flushes)));
            }
            sender.end();
            seen
        };
        tokio::join!(feed, exercise::deliver(messages, encode, wire.clone())).0
    });
    if log.polls() == 0 {
        return Err(Finding::mistake("lazy-future").saw(
            "`deliver` was awaited, and the stream of messages was never asked for one",
        ));
    }
    let (seen, _) = run.done()?;
    if wire.0.borrow().spun {
        return Err(Finding::mistake("asked-without-news").saw(format!(
            "while no message came, the sink was asked {TOO_OFTEN} times in a row to flush nothing"
        )));
    }
    if wire.0.borrow().unasked {
        return Err(Finding::unnamed(
            "The sink was given a message without being asked whether it is ready",
        )
        .saw("`start_send` was called where no `poll_ready` had returned `Ready` before")
        .because("each `start_send` needs a `poll_ready` of its own; `feed` and `send` call both"));
    }
    Ok(seen)
}

fn a_message_that_comes_alone_does_not_wait() -> Verdict {
    for (at, (flushed, _)) in bursts(&[1, 1, 1])?.iter().enumerate() {
        let sent: Vec<u32> = (1..=at as u32 + 1).collect();
        if *flushed != sent {
            return Err(withheld(&sent, flushed));
        }
    }
    // And not even for a moment: while somebody has something to do, the clock stands still.
    let wire = Wire::default();
    let (sender, messages, _) = messages();
    let run = virtual_time(|| async {
        let look = async {
            for message in 1..=3 {
                sleep(Duration::from_millis(3_456)).await;
                sender.send([message]);
                for _ in 0..100 {
                    yield_now().await;
                }
                let flushed = wire.flushed();
                if flushed.len() < message as usize {
                    return flushed;
                }
            }
            wire.flushed()
        };
        tokio::select! {
            _ = exercise::deliver(messages, encode, wire.clone()) => Vec::new(),
            flushed = look => flushed,
        }
    });
    let (flushed, _) = run.done()?;
    if flushed != [1, 2, 3] {
        return Err(Finding::mistake("reply-withheld").saw(format!(
            "message {} was there and none after it, and `deliver` waited for a timer before the flush",
            flushed.len() + 1
        )));
    }
    Ok(())
}

/// Why what was sent is not what was flushed.
fn withheld(sent: &[u32], flushed: &[u32]) -> Finding {
    let saw = format!(
        "{} sent, and 10 s later {} of them had been flushed",
        words::count(sent.len(), "message"),
        flushed.len()
    );
    if sent.starts_with(flushed) {
        return Finding::mistake("reply-withheld").saw(saw);
    }
    let lost = sent.iter().find(|message| !flushed.contains(message));
    let wrong = flushed.iter().zip(sent).find(|(a, b)| a != b);
    let what = match (lost, wrong) {
        (Some(lost), _) => format!("message {lost} is missing, and later ones are there"),
        (_, Some((came, sent))) => {
            format!("where message {sent} should be, there is {came}")
        }
        _ => "there are more than were sent".into(),
    };
    Finding::unnamed("The messages are not those that were sent")
        .saw(format!("{saw}: {what}"))
}

fn a_burst_is_flushed_together() -> Verdict {
    let sizes = [64, 2, 200, 1, 640];
    let seen = bursts(&sizes)?;
    let mut total = 0;
    for ((flushed, flushes), size) in seen.iter().zip(sizes) {
        total += size;
        let sent: Vec<u32> = (1..=total).collect();
        if *flushed != sent {
            return Err(withheld(&sent, flushed));
        }
        // Who passes the messages through a channel of Tokio's is stopped by it now and then, so one more is no matter: what
        // it could hide shows in small bursts.
        let most = size.div_ceil(64) as usize + 1 + size as usize / 500;
        if *flushes <= most {
            continue;
        }
        let saw = format!(
            "bursts of 64, 2, 200, 1 and 640 messages, and the flushes of each were {:?}",
            seen.iter().map(|(_, flushes)| flushes).collect::<Vec<_>>()
        );
        return Err(match seen[0].1 >= 64 {
            true => Finding::mistake("flush-per-frame").saw(saw),
            false => Finding::mistake("batch-has-a-size").saw(saw),
        });
    }
    Ok(())
}

/// After a message alone, bursts of two. All together are more than 64, and a count that goes on over the pauses gets to each
/// even number between the two messages of a burst.
fn a_small_burst_is_not_cut() -> Verdict {
    let sizes: Vec<u32> = iter::once(1).chain(iter::repeat_n(2, 40)).collect();
    let seen = bursts(&sizes)?;
    let mut total = 0;
    for ((flushed, _), size) in seen.iter().zip(&sizes) {
        total += size;
        let sent: Vec<u32> = (1..=total).collect();
        if *flushed != sent {
            return Err(withheld(&sent, flushed));
        }
    }
    let is_cut = |(_, flushes): &(Vec<u32>, usize)| *flushes > 1;
    let cut = seen.iter().filter(|burst| is_cut(burst)).count();
    let Some((to, _)) = seen.iter().find(|burst| is_cut(burst)) else {
        return Ok(());
    };
    let saw = format!(
        "a message, then 40 bursts of 2 with pauses between them, and {} had a flush between its two messages; \
         the first was that of messages {} and {}",
        words::count(cut, "burst"),
        to.len() - 1,
        to.len()
    );
    // A size shows in some of them. What cuts each burst may be anything.
    Err(match cut < 40 {
        true => Finding::mistake("batch-has-a-size").saw(saw),
        false => Finding::unnamed(
            "Two messages that were there at the same time did not share a flush",
        )
        .saw(saw),
    })
}

fn a_sink_that_takes_no_more_stops_the_stream() -> Verdict {
    const MANY: u32 = 10_000;
    for room in [0, 1, 5, 64, 100] {
        let wire = Wire::default();
        wire.0.borrow_mut().room = Some(room);
        let (sender, messages, _) = messages();
        sender.send(1..=MANY);
        let taken = || MANY as usize - sender.0.borrow().messages.len();
        let run = virtual_time(|| async {
            let look = async {
                sleep(Duration::from_secs(10)).await;
                let then = taken();
                wire.makes_room();
                sleep(Duration::from_secs(10)).await;
                then
            };
            tokio::select! {
                _ = exercise::deliver(messages, encode, wire.clone()) => 0,
                then = look => then,
            }
        });
        let (taken, _) = run.done()?;
        if taken > room + 64 {
            let saw = format!(
                "the sink took {} and no more, and {} had been taken from the stream, which had 10,000",
                words::count(room, "message"),
                words::count(taken, "message")
            );
            return Err(match taken == MANY as usize {
                true => Finding::mistake("unbounded-is-safe").saw(saw),
                false => Finding::mistake("limit-at-the-edge").saw(format!(
                    "{saw}: {} waited in between, where 64 may",
                    taken - room
                )),
            });
        }
        let sent: Vec<u32> = (1..=MANY).collect();
        let flushed = wire.flushed();
        if flushed != sent
            && flushed.is_sorted()
            && let Some(lost) = sent.iter().find(|message| !flushed.contains(message))
            && flushed.last() > Some(lost)
        {
            return Err(Finding::mistake("lost-in-a-branch").saw(format!(
                "message {lost} was taken while the sink had no room; later it had some, the next ones came, \
                 and message {lost} did not"
            )));
        }
        if flushed != sent {
            return Err(withheld(&sent, &flushed));
        }
    }
    Ok(())
}

fn the_end_closes_the_sink() -> Verdict {
    let slow = Duration::from_millis(10);
    for (count, pause, slow) in [
        (100, false, Duration::ZERO),
        (1, false, Duration::ZERO),
        (0, false, Duration::ZERO),
        (3, true, Duration::ZERO),
        (0, true, Duration::ZERO),
        (100, false, slow),
        (3, true, slow),
        (0, false, slow),
    ] {
        let wire = Wire::default();
        wire.0.borrow_mut().slow = slow;
        let (sender, messages, _) = messages();
        sender.send(1..=count);
        let feed = async {
            if pause {
                sleep(Duration::from_secs(1)).await;
            }
            sender.end();
        };
        let deliver = || async {
            tokio::join!(feed, exercise::deliver(messages, encode, wire.clone())).1
        };
        let (result, _) = virtual_time(deliver).done()?;
        let state = wire.0.borrow();
        let sent: Vec<u32> = (1..=count).collect();
        let saw = format!(
            "{}, and {} their end: {} were flushed, the sink was {}, and `deliver` returned {}",
            words::count(count as usize, "message"),
            if pause { "a second later" } else { "then" },
            state.flushed.len(),
            if state.closed { "closed" } else { "not closed" },
            if result.is_ok() { "Ok" } else { "an error" }
        );
        if state.flushed.len() < sent.len() {
            return Err(Finding::mistake("drop-flushes").saw(saw));
        }
        if state.flushed != sent {
            return Err(withheld(&sent, &state.flushed));
        }
        if result != Ok(()) {
            return Err(Finding::unnamed(
                "`deliver` returned an error, and nothing had failed",
            )
            .saw(saw));
        }
        if !state.closed {
            return Err(Finding::mistake("half-close-forgotten").saw(saw));
        }
    }
    Ok(())
}

fn a_slow_sink_gets_everything() -> Verdict {
    let wire = Wire::default();
    wire.0.borrow_mut().slow = Duration::from_secs(1);
    let (sender, messages, _) = messages();
    let run = virtual_time(|| async {
        let feed = async {
            let mut seen = Vec::new();
            for next in [1, 101, 201] {
                // The first go into a flush that takes a second, and the others come meanwhile.
                sender.send(next..next + 3);
                sleep(Duration::from_millis(500)).await;
                sender.send(next + 3..next + 5);
                sleep(Duration::from_secs(20)).await;
                seen.push((next + 4, wire.flushed()));
            }
            sender.end();
            seen
        };
        tokio::join!(feed, exercise::deliver(messages, encode, wire.clone())).0
    });
    let (seen, _) = run.done()?;
    for (last, flushed) in seen {
        let sent: Vec<u32> =
            (1..=last).filter(|n| (1..=5).contains(&(n % 100))).collect();
        if flushed != sent {
            return Err(withheld(&sent, &flushed));
        }
    }
    Ok(())
}

fn an_error_of_the_sink_is_returned() -> Verdict {
    let calls = [
        (Call::Message(1), "at the first message"),
        (Call::Message(50), "at message 50"),
        (Call::Ready(1), "when it was asked whether it is ready, for the first time"),
        (Call::Ready(50), "when it was asked whether it is ready for message 50"),
        (Call::Flush(1), "at the first flush"),
        (Call::Flush(2), "at the second flush"),
        (Call::Close, "when it was closed"),
    ];
    for (call, when) in calls {
        for for_good in [true, false] {
            let wire = Wire::default();
            (wire.0.borrow_mut().fails, wire.0.borrow_mut().for_good) =
                (Some(call), for_good);
            let (sender, messages, _) = messages();
            let feed = async {
                sender.send(1..=100);
                sleep(Duration::from_secs(1)).await;
                sender.send(101..=103);
                sleep(Duration::from_secs(1)).await;
                sender.end();
            };
            let run = virtual_time(|| async {
                tokio::join!(feed, exercise::deliver(messages, encode, wire.clone())).1
            });
            let failed = if for_good { "failed for good" } else { "failed once" };
            let saw = format!("the sink {failed} {when}");
            match run.end {
                End::Done(Err(Broken)) => {}
                End::Done(Ok(())) | End::Stuck => {
                    return Err(Finding::mistake("result-not-looked-at")
                        .saw(format!("{saw}, and `deliver` did not return its error")));
                }
                End::Panicked(note) => {
                    return Err(Finding::mistake("error-became-panic").saw(format!(
                        "{saw}, and a panic at {} said: {}",
                        note.place, note.message
                    )));
                }
                End::Busy => drop(run.done()?),
            }
        }
    }
    Ok(())
}
