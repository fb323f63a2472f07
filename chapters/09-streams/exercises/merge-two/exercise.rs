//! # Two streams, one consumer
//!
//! A subscriber listens to two channels, and wants to read them as one stream. `Merge` is that stream,
//! written by hand. This first version works until one of the channels ends.
//!
//! At the end:
//!
//! - every item of both streams comes out, and the items of each stay in order;
//! - the merged stream ends when both have ended, and a stream that has ended is not polled again;
//! - no item is held back: while the consumer waits, either stream can wake it;
//! - while neither stream has an item, the consumer is not woken;
//! - if both always have items, at most two items of one come out in a row.
//!
//! Change the fields, the body of `new`, and the body of `poll_next` as you like, and nothing else.
//! (`merge` in `tokio_stream` and `select` in `futures` make this stream. Here you write it yourself.)
//!
//! ```console
//! $ cargo course check merge-two
//! ```

use std::pin::Pin;
use std::task::{Context, Poll};

use futures::Stream;

/// The items of two streams, as they come.
pub struct Merge<A, B> {
    first: A,
    second: B,
}

impl<A, B> Merge<A, B> {
    /// Both, from their beginning.
    pub fn new(first: A, second: B) -> Merge<A, B> {
        Merge { first, second }
    }
}

impl<A, B, T> Stream for Merge<A, B>
where
    A: Stream<Item = T> + Unpin,
    B: Stream<Item = T> + Unpin,
{
    type Item = T;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        // TODO: what if one of them has ended?
        if let Poll::Ready(Some(item)) = Pin::new(&mut self.first).poll_next(cx) {
            return Poll::Ready(Some(item));
        }
        Pin::new(&mut self.second).poll_next(cx)
    }
}
