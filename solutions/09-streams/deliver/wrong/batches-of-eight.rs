//! mistake: batch-has-a-size
//!
//! The belief: a batch needs a size, and a small one is soon full.

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
    let mut batches = pin!(messages.ready_chunks(8));
    let mut sink = pin!(sink);
    while let Some(batch) = batches.next().await {
        for message in batch {
            sink.feed(message).await?;
        }
        sink.flush().await?;
    }
    sink.close().await
}
