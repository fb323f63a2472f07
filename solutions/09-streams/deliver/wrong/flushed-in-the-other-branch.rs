//! mistake: asked-without-news
//!
//! The belief: `flush` waits until there is something to flush. It is done at once when there is nothing, and so is every
//! round of the loop.

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
    let (mut messages, mut sink) = (pin!(messages), pin!(sink));
    loop {
        tokio::select! {
            biased;
            message = messages.next() => match message {
                Some(message) => sink.feed(message).await?,
                None => return sink.close().await,
            },
            flushed = sink.flush() => flushed?,
        }
    }
}
