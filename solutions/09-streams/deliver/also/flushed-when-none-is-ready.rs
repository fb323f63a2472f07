//! Takes what is there without waiting, and flushes before it waits: chapter 6's rule, by hand.

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
    let mut messages = pin!(messages);
    let mut sink = pin!(sink);
    loop {
        let next = match messages.next().now_or_never() {
            Some(next) => next,
            None => {
                sink.flush().await?;
                messages.next().await
            }
        };
        match next {
            Some(message) => sink.feed(message).await?,
            None => return sink.close().await,
        }
    }
}
