//! mistake: lazy-future
//!
//! The belief: `forward` is what moves the messages. It returns a future that does.

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
    let messages = messages.map(encode);
    let _ = messages.map(Ok).forward(sink);
    Ok(())
}
