//! `forward` holds one message until the sink has room, flushes when no message is there, and closes the
//! sink at the end.

use futures::{Sink, Stream, StreamExt};

/// Gives all messages to the sink.
pub async fn deliver<T, S>(
    messages: impl Stream<Item = T>,
    sink: S,
) -> Result<(), S::Error>
where
    S: Sink<T>,
{
    messages.map(Ok).forward(sink).await
}
