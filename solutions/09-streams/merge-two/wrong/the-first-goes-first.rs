//! mistake: biased-starves
//!
//! The belief: which of the two is asked first does not matter, both get their turn. While the first always has an item, the
//! second is never asked.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures::Stream;

/// The items of two streams, as they come.
pub struct Merge<A, B> {
    first: Option<A>,
    second: Option<B>,
}

impl<A, B> Merge<A, B> {
    /// Both, from their beginning.
    pub fn new(first: A, second: B) -> Merge<A, B> {
        Merge { first: Some(first), second: Some(second) }
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
        match (poll_one(&mut this.first, cx), this.first.is_none()) {
            (Poll::Ready(Some(item)), _) => Poll::Ready(Some(item)),
            (_, true) => poll_one(&mut this.second, cx),
            _ => match poll_one(&mut this.second, cx) {
                Poll::Ready(None) => Poll::Pending,
                polled => polled,
            },
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
