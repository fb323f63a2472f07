//! mistake: first-end-ends-all
//!
//! The belief: whatever a stream says is passed on: an item, `Pending`, and `None` too.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures::Stream;

/// The items of two streams, as they come.
pub struct Merge<A, B> {
    first: A,
    second: B,
    turn: bool,
}

impl<A, B> Merge<A, B> {
    /// Both, from their beginning.
    pub fn new(first: A, second: B) -> Merge<A, B> {
        Merge { first, second, turn: false }
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
        let one = match this.turn {
            true => Pin::new(&mut this.first).poll_next(cx),
            false => Pin::new(&mut this.second).poll_next(cx),
        };
        if one.is_ready() {
            return one;
        }
        match this.turn {
            true => Pin::new(&mut this.second).poll_next(cx),
            false => Pin::new(&mut this.first).poll_next(cx),
        }
    }
}
