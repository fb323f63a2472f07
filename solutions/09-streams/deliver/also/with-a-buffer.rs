//! A small buffer in front of the sink: `forward` flushes through it.

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
    messages.map(Ok).forward(sink.buffer(16)).await
}
