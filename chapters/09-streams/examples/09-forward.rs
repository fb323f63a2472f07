//! Items into a sink: how often is it flushed?
//!
//! ```console
//! $ cargo run --example 09-forward
//! ```

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures::sink::{Sink, SinkExt};
use futures::stream::{self, Stream, StreamExt};

/// A sink that takes everything, and counts.
#[derive(Debug, Default)]
struct Counting {
    items: usize,
    flushes: usize,
    closed: bool,
}

// ANCHOR: sink
impl Sink<u32> for &mut Counting {
    type Error = Infallible;

    /// May another item be given? This is where a sink makes its producer wait.
    fn poll_ready(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    /// Takes an item, which need not leave yet. Never waits.
    fn start_send(mut self: Pin<&mut Self>, _: u32) -> Result<(), Infallible> {
        self.items += 1;
        Ok(())
    }

    /// Everything that was taken has to leave.
    fn poll_flush(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Result<(), Infallible>> {
        self.flushes += 1;
        Poll::Ready(Ok(()))
    }

    /// The same, and there will be no more.
    fn poll_close(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Result<(), Infallible>> {
        self.closed = true;
        Poll::Ready(Ok(()))
    }
}
// ANCHOR_END: sink

/// A hundred items, with a pause before every ten.
fn items() -> impl Stream<Item = u32> + Unpin {
    Box::pin(stream::iter(1..=100).then(async |n| {
        if n % 10 == 1 {
            tokio::task::yield_now().await;
        }
        n
    }))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Infallible> {
    // ANCHOR: ways
    let (mut sink, mut stream) = (Counting::default(), items());
    while let Some(item) = stream.next().await {
        (&mut sink).send(item).await?;
    }
    println!("send:                  {sink:?}");

    let (mut sink, mut stream) = (Counting::default(), items());
    while let Some(item) = stream.next().await {
        (&mut sink).feed(item).await?;
    }
    println!("feed:                  {sink:?}");

    let (mut sink, stream) = (Counting::default(), items());
    let mut batches = stream.ready_chunks(64);
    while let Some(batch) = batches.next().await {
        (&mut sink).send_all(&mut stream::iter(batch).map(Ok)).await?;
    }
    println!("ready_chunks, send_all: {sink:?}");

    let (mut sink, stream) = (Counting::default(), items());
    stream.map(Ok).forward(&mut sink).await?;
    println!("forward:               {sink:?}");
    // ANCHOR_END: ways
    Ok(())
}
