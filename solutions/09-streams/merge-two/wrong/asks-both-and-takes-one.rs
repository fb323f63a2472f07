//! mistake: state-in-a-local
//!
//! The belief: an item that nobody took is returned again. The one in the other variable is gone.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures::{Stream, StreamExt};

/// The items of two streams, as they come.
pub struct Merge<A, B> {
    first: A,
    second: B,
    done: (bool, bool),
    turn: bool,
}

impl<A, B> Merge<A, B> {
    /// Both, from their beginning.
    pub fn new(first: A, second: B) -> Merge<A, B> {
        Merge { first, second, done: (false, false), turn: false }
    }
}

impl<A, B, T> Stream for Merge<A, B>
where
    A: Stream<Item = T> + Unpin,
    B: Stream<Item = T> + Unpin,
{
    type Item = T;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let this = self.get_mut();
        let first =
            if this.done.0 { Poll::Ready(None) } else { this.first.poll_next_unpin(cx) };
        let second =
            if this.done.1 { Poll::Ready(None) } else { this.second.poll_next_unpin(cx) };
        this.done.0 = matches!(first, Poll::Ready(None));
        this.done.1 = matches!(second, Poll::Ready(None));
        this.turn = !this.turn;
        match (first, second) {
            (Poll::Ready(Some(item)), Poll::Ready(Some(other))) => {
                Poll::Ready(Some(if this.turn { item } else { other }))
            }
            (Poll::Ready(Some(item)), _) | (_, Poll::Ready(Some(item))) => {
                Poll::Ready(Some(item))
            }
            (Poll::Ready(None), Poll::Ready(None)) => Poll::Ready(None),
            _ => Poll::Pending,
        }
    }
}
