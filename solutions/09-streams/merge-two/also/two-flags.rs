//! A flag for each end, and one for the turn.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures::Stream;

/// The items of two streams, as they come.
pub struct Merge<A, B> {
    first: A,
    second: B,
    ended: [bool; 2],
    turn: usize,
}

impl<A, B> Merge<A, B> {
    /// Both, from their beginning.
    pub fn new(first: A, second: B) -> Merge<A, B> {
        Merge { first, second, ended: [false; 2], turn: 1 }
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
        this.turn = 1 - this.turn;
        for which in [this.turn, 1 - this.turn] {
            if this.ended[which] {
                continue;
            }
            let polled = match which {
                0 => Pin::new(&mut this.first).poll_next(cx),
                _ => Pin::new(&mut this.second).poll_next(cx),
            };
            match polled {
                Poll::Ready(Some(item)) => return Poll::Ready(Some(item)),
                Poll::Ready(None) => this.ended[which] = true,
                Poll::Pending => {}
            }
        }
        if this.ended == [true; 2] { Poll::Ready(None) } else { Poll::Pending }
    }
}
