//! mistake: asked-only-one
//!
//! The belief: fair means that each is asked in its turn. While one is asked, the other cannot wake anybody.

use std::pin::Pin;
use std::task::{Context, Poll};

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
        this.turn = !this.turn;
        let polled = match this.turn {
            true => poll_one(&mut this.first, cx),
            false => poll_one(&mut this.second, cx),
        };
        match polled {
            Poll::Ready(None) if this.first.is_some() => poll_one(&mut this.first, cx),
            Poll::Ready(None) => poll_one(&mut this.second, cx),
            polled => polled,
        }
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
