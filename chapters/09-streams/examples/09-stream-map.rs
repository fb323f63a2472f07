//! Many quiet streams as one: how many of them are polled before it waits for the next item?
//!
//! ```console
//! $ cargo run --example 09-stream-map
//! ```

use std::cell::Cell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use futures::FutureExt;
use futures::stream::{SelectAll, Stream, StreamExt};
use tokio::sync::mpsc;
use tokio_stream::StreamMap;
use tokio_stream::wrappers::UnboundedReceiverStream;

/// A channel's stream that counts how often it is polled.
struct Counted(UnboundedReceiverStream<u32>, Rc<Cell<usize>>);

impl Stream for Counted {
    type Item = u32;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<u32>> {
        self.1.set(self.1.get() + 1);
        Pin::new(&mut self.0).poll_next(cx)
    }
}

/// Takes one item out of `n` streams, and counts the polls until it is known that there is no other.
async fn polls<S: Stream + Unpin>(
    n: usize,
    join: impl FnOnce(Vec<Counted>) -> S,
) -> usize {
    let polls = Rc::new(Cell::new(0));
    let channels: Vec<_> = (0..n).map(|_| mpsc::unbounded_channel()).collect();
    let (senders, receivers): (Vec<_>, Vec<_>) = channels.into_iter().unzip();
    let counted =
        |receiver| Counted(UnboundedReceiverStream::new(receiver), polls.clone());
    let mut joined = join(receivers.into_iter().map(counted).collect());

    assert!(joined.next().now_or_never().is_none(), "nothing has been sent");
    senders[n / 2].send(1).expect("the receiver is there");
    joined.next().await;
    polls.set(0);
    assert!(joined.next().now_or_never().is_none(), "nothing else has been sent");
    polls.get()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    println!("streams   StreamMap   SelectAll");
    for n in [1, 10, 100, 1_000] {
        let map = polls(n, |all| StreamMap::from_iter(all.into_iter().enumerate())).await;
        let select = polls(n, SelectAll::from_iter).await;
        println!("{n:7}   {map:9}   {select:9}");
    }
}
