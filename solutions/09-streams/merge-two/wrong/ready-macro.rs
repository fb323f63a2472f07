//! mistake: asked-only-one
//!
//! The belief: `ready!` is the `?` of polling. It returns `Pending` before the other stream was asked, so that one wakes
//! nobody.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures::Stream;

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

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let this = &mut *self;
        if let Some(item) = ready!(poll_one(&mut this.first, cx)) {
            this.turn = !this.turn;
            return Poll::Ready(Some(item));
        }
        poll_one(&mut this.second, cx)
    }
}

/// Polls the stream if it is there, and forgets it at its end.
fn poll_one<S: Stream + Unpin>(
    slot: &mut Option<S>,
    cx: &mut Context<'_>,
) -> Poll<Option<S::Item>> {
    let Some(stream) = slot else { return Poll::Ready(None) };
    let polled = Pin::new(stream).poll_next(cx);
    if let Poll::Ready(None) = polled {
        *slot = None;
    }
    polled
}
