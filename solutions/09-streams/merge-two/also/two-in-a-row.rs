//! The first is preferred, but after two of its items in a row the second is asked first.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures::{Stream, StreamExt};

/// The items of two streams, as they come.
pub struct Merge<A, B> {
    first: Option<A>,
    second: Option<B>,
    row: u8,
}

impl<A, B> Merge<A, B> {
    /// Both, from their beginning.
    pub fn new(first: A, second: B) -> Merge<A, B> {
        Merge { first: Some(first), second: Some(second), row: 0 }
    }
}

impl<A, B, T> Merge<A, B>
where
    A: Stream<Item = T> + Unpin,
    B: Stream<Item = T> + Unpin,
{
    fn ask_first(&mut self, cx: &mut Context<'_>) -> Option<T> {
        match self.first.as_mut()?.poll_next_unpin(cx) {
            Poll::Ready(None) => {
                self.first = None;
                None
            }
            Poll::Ready(item) => {
                self.row = (self.row + 1).min(2);
                item
            }
            Poll::Pending => None,
        }
    }

    fn ask_second(&mut self, cx: &mut Context<'_>) -> Option<T> {
        match self.second.as_mut()?.poll_next_unpin(cx) {
            Poll::Ready(None) => {
                self.second = None;
                None
            }
            Poll::Ready(item) => {
                self.row = 0;
                item
            }
            Poll::Pending => None,
        }
    }
}

impl<A, B, T> Stream for Merge<A, B>
where
    A: Stream<Item = T> + Unpin,
    B: Stream<Item = T> + Unpin,
{
    type Item = T;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let item = if self.row < 2 {
            self.ask_first(cx).or_else(|| self.ask_second(cx))
        } else {
            self.ask_second(cx).or_else(|| self.ask_first(cx))
        };
        match item {
            Some(item) => Poll::Ready(Some(item)),
            None if self.first.is_none() && self.second.is_none() => Poll::Ready(None),
            None => Poll::Pending,
        }
    }
}
