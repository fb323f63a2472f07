//! mistake: half-close-forgotten
//!
//! The belief: what is flushed is done, and dropping the sink closes it.

use std::pin::pin;

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
    let mut sink = pin!(sink);
    let mut messages = pin!(messages.map(Ok));
    sink.send_all(&mut messages).await
}
