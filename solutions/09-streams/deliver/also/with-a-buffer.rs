//! A small buffer in front of the sink: `forward` flushes through it.

use futures::{Sink, SinkExt, Stream, StreamExt};

/// Gives all messages to the sink.
pub async fn deliver<T, S>(
    messages: impl Stream<Item = T>,
    sink: S,
) -> Result<(), S::Error>
where
    S: Sink<T>,
{
    messages.map(Ok).forward(sink.buffer(16)).await
}
