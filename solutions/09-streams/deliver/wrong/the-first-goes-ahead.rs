//! mistake: unnamed
//!
//! The belief: the message that ends a pause has waited for nobody yet and should not begin to, so it is sent at once; those
//! that came with it are a batch.

use std::pin::pin;

use futures::{FutureExt, Sink, SinkExt, Stream, StreamExt};

/// Gives all messages to the sink, encoded.
pub async fn deliver<T, M, S>(
    messages: impl Stream<Item = T>,
    encode: impl Fn(T) -> M,
    sink: S,
) -> Result<(), S::Error>
where
    S: Sink<M>,
{
    let (mut messages, mut sink) = (pin!(messages), pin!(sink));
    while let Some(first) = messages.next().await {
        sink.send(encode(first)).await?;
        loop {
            match messages.next().now_or_never() {
                Some(Some(message)) => sink.feed(encode(message)).await?,
                Some(None) => return sink.close().await,
                None => break,
            }
        }
        sink.flush().await?;
    }
    sink.close().await
}
