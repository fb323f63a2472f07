//! mistake: reply-withheld
//!
//! The belief: one batch is the best batch. A subscription has no end to wait for.

use std::pin::pin;

use futures::{Sink, SinkExt, Stream, StreamExt, stream};

/// Gives all messages to the sink.
pub async fn deliver<T, M, S>(
    messages: impl Stream<Item = T>,
    encode: impl Fn(T) -> M,
    sink: S,
) -> Result<(), S::Error>
where
    S: Sink<M>,
{
    let messages = messages.map(encode);
    let all: Vec<M> = messages.collect().await;
    let mut sink = pin!(sink);
    sink.send_all(&mut stream::iter(all).map(Ok)).await?;
    sink.close().await
}
