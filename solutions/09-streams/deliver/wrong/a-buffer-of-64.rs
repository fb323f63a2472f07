//! mistake: limit-at-the-edge
//!
//! The belief: a buffer of 64 in front of the sink holds back 64 messages. One more is in the hand of `forward`.

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
    messages.map(Ok).forward(sink.buffer(64)).await
}
