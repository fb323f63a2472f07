//! `forward` holds one message until the sink has room, flushes when no message is there, and closes the
//! sink at the end.

use futures::{Sink, Stream, StreamExt};

/// Gives all messages to the sink.
pub async fn deliver<T, M, S>(
    messages: impl Stream<Item = T>,
    encode: impl Fn(T) -> M,
    sink: S,
) -> Result<(), S::Error>
where
    S: Sink<M>,
{
    messages.map(|message| Ok(encode(message))).forward(sink).await
}
