//! mistake: flush-per-frame
//!
//! The belief: `send_all` of a stream of one is cheaper than `send`. It flushes, too.

use std::pin::pin;

use futures::{Sink, SinkExt, Stream, StreamExt, stream};

/// Gives all messages to the sink.
pub async fn deliver<T, S>(
    messages: impl Stream<Item = T>,
    sink: S,
) -> Result<(), S::Error>
where
    S: Sink<T>,
{
    let mut messages = pin!(messages);
    let mut sink = pin!(sink);
    while let Some(message) = messages.next().await {
        sink.send_all(&mut stream::iter([Ok(message)])).await?;
    }
    sink.close().await
}
