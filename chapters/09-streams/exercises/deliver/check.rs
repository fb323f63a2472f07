//! A sink that counts flushes, can refuse to be ready, and can fail.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/09-streams/deliver/solution.rs"
)]
mod exercise;

use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures::{Sink, Stream, StreamExt, stream};
use probe::{End, Finding, Verdict, virtual_time};
use tokio::sync::mpsc;
use tokio::time::sleep;
use tokio_stream::wrappers::UnboundedReceiverStream;

probe::main!(
    "09-deliver",
    [
        a_message_that_comes_alone_does_not_wait,
        a_burst_is_flushed_together,
        a_sink_that_takes_no_more_stops_the_stream,
        the_end_closes_the_sink,
        an_error_of_the_sink_is_returned,
    ]
);

#[derive(Debug, Default)]
struct State {
    /// What arrived at the other end.
    flushed: Vec<u32>,
    unflushed: Vec<u32>,
    flushes: usize,
    /// How often in a row it was asked to flush nothing.
    for_nothing: usize,
    closing: bool,
    closed: bool,
    /// How many more items the sink takes.
    room: Option<usize>,
    /// It fails when it is given this item, or at the flush after it.
    fails_at: Option<u32>,
    broken: bool,
    waker: Option<Waker>,
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
}

/// Asked this often in a row to flush nothing, the sink makes the asker wait, or it would never stop.
const TOO_OFTEN: usize = 1_000;

#[derive(Debug, PartialEq)]
struct Broken;

impl Sink<u32> for Wire {
    type Error = Broken;

    fn poll_ready(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), Broken>> {
        let mut state = self.0.borrow_mut();
        if state.broken {
            return Poll::Ready(Err(Broken));
        }
        if state.room == Some(0) {
            state.waker = Some(cx.waker().clone());
            return Poll::Pending;
        }
        Poll::Ready(Ok(()))
    }

    fn start_send(self: Pin<&mut Self>, item: u32) -> Result<(), Broken> {
        let mut state = self.0.borrow_mut();
        if let Some(room) = &mut state.room {
            *room = room
                .checked_sub(1)
                .expect("an item was sent to a sink that was not ready");
        }
        if state.fails_at == Some(item) {
            state.broken = true;
            return Err(Broken);
        }
        state.unflushed.push(item);
        state.for_nothing = 0;
        Ok(())
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Broken>> {
        let mut state = self.0.borrow_mut();
        if state.broken {
            return Poll::Ready(Err(Broken));
        }
        // Whoever flushes for nothing pays nothing: there is nothing to write.
        if state.unflushed.is_empty() {
            state.for_nothing += 1;
        } else {
            state.flushes += 1;
        }
        if state.for_nothing >= TOO_OFTEN && !state.closing {
            return Poll::Pending;
        }
        let unflushed = std::mem::take(&mut state.unflushed);
        state.flushed.extend(unflushed);
        Poll::Ready(Ok(()))
    }

    fn poll_close(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), Broken>> {
        self.0.borrow_mut().closing = true;
        let flushed = self.as_mut().poll_flush(cx);
        self.0.borrow_mut().closed = true;
        flushed
    }
}

/// Notes how often the stream is polled after its end. How much is left in it, it does not tell.
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

fn ending<S: Stream + Unpin>(stream: S) -> (Ending<S>, Rc<Cell<usize>>) {
    let polled_after = Rc::new(Cell::new(0));
    (Ending { stream, ended: false, polled_after: polled_after.clone() }, polled_after)
}

/// Delivers bursts with pauses between them, and looks at the sink at the end of each pause: what had been flushed,
/// and with how many flushes, since the pause before.
fn bursts(sizes: &[u32]) -> Result<Vec<(Vec<u32>, usize)>, Finding> {
    let wire = Wire::default();
    let run = virtual_time(|| async {
        let (sender, receiver) = mpsc::unbounded_channel();
        let feed = async {
            let (mut seen, mut next, mut spins) = (Vec::new(), 0, false);
            for size in sizes {
                for _ in 0..*size {
                    next += 1;
                    let _ = sender.send(next);
                }
                sleep(Duration::from_secs(10)).await;
                let state = &mut *wire.0.borrow_mut();
                seen.push((state.flushed.clone(), std::mem::take(&mut state.flushes)));
                spins |= state.for_nothing >= TOO_OFTEN;
            }
            drop(sender);
            (seen, spins)
        };
        let (messages, _) = ending(UnboundedReceiverStream::new(receiver));
        let (seen, _) = tokio::join!(feed, exercise::deliver(messages, wire.clone()));
        seen
    });
    let ((seen, spins), _) = run.done()?;
    if spins {
        return Err(Finding::mistake("asked-without-news").saw(format!(
            "while no message came, the sink was asked {TOO_OFTEN} times in a row to flush nothing"
        )));
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
    // And not even for a moment.
    let wire = Wire::default();
    let run = virtual_time(|| async {
        let messages = stream::iter([1]).chain(stream::pending());
        let look = async {
            sleep(Duration::from_millis(1)).await;
            wire.0.borrow().flushed.clone()
        };
        tokio::select! {
            _ = exercise::deliver(messages, wire.clone()) => Vec::new(),
            flushed = look => flushed,
        }
    });
    let (flushed, _) = run.done()?;
    if flushed != [1] {
        return Err(Finding::mistake("reply-withheld").saw(
            "one message was sent, and a millisecond later it had not been flushed"
                .to_owned(),
        ));
    }
    Ok(())
}

fn withheld(sent: &[u32], flushed: &[u32]) -> Finding {
    if flushed.iter().zip(sent).all(|(a, b)| a == b) && flushed.len() < sent.len() {
        return Finding::mistake("reply-withheld").saw(format!(
            "{} messages were sent, and 10 s later {} had been flushed",
            sent.len(),
            flushed.len()
        ));
    }
    Finding::unnamed("The messages are not those that were sent")
        .saw(format!("sent: {sent:?}, flushed: {flushed:?}"))
}

fn a_burst_is_flushed_together() -> Verdict {
    let seen = bursts(&[64, 2, 200, 1])?;
    for ((flushed, flushes), (total, most)) in
        seen.iter().zip([(64, 1), (66, 1), (266, 4), (267, 1)])
    {
        let sent: Vec<u32> = (1..=total).collect();
        if *flushed != sent {
            return Err(withheld(&sent, flushed));
        }
        // One more is no matter: a burst may meet the end of a batch before.
        if *flushes > most + 1 {
            return Err(Finding::mistake("flush-per-frame").saw(format!(
                "after bursts of 64, 2, 200 and 1, the flushes of each were {:?}",
                seen.iter().map(|(_, flushes)| flushes).collect::<Vec<_>>()
            )));
        }
    }
    Ok(())
}

fn a_sink_that_takes_no_more_stops_the_stream() -> Verdict {
    let wire = Wire::default();
    wire.0.borrow_mut().room = Some(5);
    let taken = Rc::new(RefCell::new(0));
    let messages = stream::iter(1..=1_000).inspect(|_| *taken.borrow_mut() += 1);
    let messages = messages.chain(stream::pending());
    let run = virtual_time(|| async {
        let look = async {
            sleep(Duration::from_secs(10)).await;
            let then = *taken.borrow();
            wire.makes_room();
            sleep(Duration::from_secs(10)).await;
            then
        };
        tokio::select! {
            _ = exercise::deliver(messages, wire.clone()) => 0,
            then = look => then,
        }
    });
    let (taken, _) = run.done()?;
    if taken > 5 + 64 {
        return Err(Finding::mistake("unbounded-is-safe").saw(format!(
            "the sink took 5 messages and no more, and {taken} of 1000 were taken from the stream"
        )));
    }
    let flushed = wire.0.borrow().flushed.clone();
    let sent: Vec<u32> = (1..=1_000).collect();
    if flushed != sent { Err(withheld(&sent, &flushed)) } else { Ok(()) }
}

fn the_end_closes_the_sink() -> Verdict {
    for count in [100, 1, 0] {
        let wire = Wire::default();
        let (messages, polled_after) = ending(stream::iter(1..=count));
        let (result, _) =
            virtual_time(|| exercise::deliver(messages, wire.clone())).done()?;
        let state = wire.0.borrow();
        let sent: Vec<u32> = (1..=count).collect();
        if result != Ok(()) || state.flushed != sent || !state.closed {
            let saw = format!(
                "{count} messages, and then their end: {} were flushed, the sink was {}, and \
                 `deliver` returned {result:?}",
                state.flushed.len(),
                if state.closed { "closed" } else { "not closed" }
            );
            return Err(match state.flushed.len() < sent.len() {
                true => Finding::mistake("drop-flushes").saw(saw),
                false => Finding::unnamed("The end was not passed on").saw(saw),
            });
        }
        if polled_after.get() > 0 {
            return Err(Finding::mistake("polled-after-none").saw(format!(
                "{count} messages, and then their end; after that, the stream was polled {} times",
                polled_after.get()
            )));
        }
    }
    Ok(())
}

fn an_error_of_the_sink_is_returned() -> Verdict {
    for fails_at in [1, 50] {
        let wire = Wire::default();
        wire.0.borrow_mut().fails_at = Some(fails_at);
        let messages = stream::iter(1..=100).chain(stream::pending());
        let run = virtual_time(|| exercise::deliver(messages, wire.clone()));
        let result = match run.end {
            End::Done(result) => result,
            End::Stuck => Ok(()),
            _ => run.done()?.0,
        };
        if result != Err(Broken) {
            return Err(Finding::mistake("result-not-looked-at").saw(format!(
                "the sink failed at message {fails_at}, and `deliver` did not return its error"
            )));
        }
    }
    Ok(())
}
