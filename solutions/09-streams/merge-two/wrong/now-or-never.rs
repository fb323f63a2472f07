//! mistake: pending-without-waker
//!
//! The belief: `now_or_never` is a poll without the trouble. It polls with a waker that wakes nobody, and the waker of this
//! poll stays where it was.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures::{FutureExt, Stream, StreamExt};

/// The items of two streams, as they come.
pub struct Merge<A, B> {
    first: Option<A>,
    second: Option<B>,
    /// Whether the first is polled first.
    turn: bool,
}

impl<A, B> Merge<A, B> {
    /// Both, from their beginning.
    pub fn new(first: A, second: B) -> Merge<A, B> {
        Merge { first: Some(first), second: Some(second), turn: false }
    }
}

impl<A, B, T> Stream for Merge<A, B>
where
    A: Stream<Item = T> + Unpin,
    B: Stream<Item = T> + Unpin,
{
    type Item = T;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<T>> {
        let this = &mut *self;
        this.turn = !this.turn;
        let mut ended = true;
        for first in [this.turn, !this.turn] {
            let polled = match first {
                true => poll_one(&mut this.first),
                false => poll_one(&mut this.second),
            };
            match polled {
                Poll::Ready(Some(item)) => return Poll::Ready(Some(item)),
                Poll::Ready(None) => {}
                Poll::Pending => ended = false,
            }
        }
        if ended { Poll::Ready(None) } else { Poll::Pending }
    }
}

/// Polls the stream if it is there, and forgets it at its end.
fn poll_one<S: Stream + Unpin>(slot: &mut Option<S>) -> Poll<Option<S::Item>> {
    let Some(stream) = slot else { return Poll::Ready(None) };
    let polled = match stream.next().now_or_never() {
        Some(next) => Poll::Ready(next),
        None => Poll::Pending,
    };
    if let Poll::Ready(None) = polled {
        *slot = None;
    }
    polled
}
