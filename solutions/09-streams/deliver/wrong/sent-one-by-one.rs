//! mistake: flush-per-frame
//!
//! The belief: `send_all` of a stream of one is cheaper than `send`. It flushes, too.

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
    let mut messages = pin!(messages);
    let mut sink = pin!(sink);
    while let Some(message) = messages.next().await {
        sink.send_all(&mut stream::iter([Ok(message)])).await?;
    }
    sink.close().await
}
