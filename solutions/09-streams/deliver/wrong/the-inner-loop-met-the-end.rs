//! mistake: polled-after-none
//!
//! The belief: `None` in the inner loop means that nothing is there now. It may also be the end, and then the outer loop asks
//! once more.

use std::pin::pin;

use futures::{FutureExt, Sink, SinkExt, Stream, StreamExt};

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
    let (mut messages, mut sink) = (pin!(messages), pin!(sink));
    while let Some(message) = messages.next().await {
        sink.feed(message).await?;
        while let Some(Some(message)) = messages.next().now_or_never() {
            sink.feed(message).await?;
        }
        sink.flush().await?;
    }
    sink.close().await
}
