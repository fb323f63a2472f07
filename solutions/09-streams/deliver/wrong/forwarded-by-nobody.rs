//! mistake: lazy-future
//!
//! The belief: `forward` is what moves the messages. It returns a future that does.

use futures::{Sink, Stream, StreamExt};

/// Gives all messages to the sink.
pub async fn deliver<T, S>(
    messages: impl Stream<Item = T>,
    sink: S,
) -> Result<(), S::Error>
where
    S: Sink<T>,
{
    let _ = messages.map(Ok).forward(sink);
    Ok(())
}
