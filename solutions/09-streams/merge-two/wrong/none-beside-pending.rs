//! mistake: first-end-ends-all
//!
//! The belief: if one has ended and the other has nothing, there is nothing. It has nothing *yet*.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures::Stream;
use futures::stream::{Fuse, StreamExt};

/// The items of two streams, as they come.
pub struct Merge<A, B> {
    first: Fuse<A>,
    second: Fuse<B>,
    turn: bool,
}

impl<A: Stream, B: Stream> Merge<A, B> {
    /// Both, from their beginning.
    pub fn new(first: A, second: B) -> Merge<A, B> {
        Merge { first: first.fuse(), second: second.fuse(), turn: false }
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
        this.turn = !this.turn;
        let (one, other) = if this.turn {
            match this.first.poll_next_unpin(cx) {
                Poll::Ready(Some(item)) => return Poll::Ready(Some(item)),
                one => (one, this.second.poll_next_unpin(cx)),
            }
        } else {
            match this.second.poll_next_unpin(cx) {
                Poll::Ready(Some(item)) => return Poll::Ready(Some(item)),
                one => (one, this.first.poll_next_unpin(cx)),
            }
        };
        match (one, other) {
            (_, Poll::Ready(Some(item))) => Poll::Ready(Some(item)),
            (Poll::Pending, Poll::Pending) => Poll::Pending,
            _ => Poll::Ready(None),
        }
    }
}
