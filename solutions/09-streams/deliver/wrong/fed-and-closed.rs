//! mistake: reply-withheld
//!
//! The belief: the sink flushes by itself, sooner or later. It does when it is closed.

use std::pin::pin;

use futures::{Sink, SinkExt, Stream, StreamExt};

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
    let mut messages = pin!(messages);
    let mut sink = pin!(sink);
    while let Some(message) = messages.next().await {
        sink.feed(message).await?;
    }
    sink.close().await
}
