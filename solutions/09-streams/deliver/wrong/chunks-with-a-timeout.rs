//! mistake: reply-withheld
//!
//! The belief: fifty milliseconds are nothing. Every message that comes alone waits that long for company that does not
//! come.

use std::pin::pin;

use futures::{Sink, SinkExt, Stream, StreamExt};
use tokio::time::Duration;

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
    let batches =
        tokio_stream::StreamExt::chunks_timeout(messages, 64, Duration::from_millis(50));
    let mut batches = pin!(batches);
    let mut sink = pin!(sink);
    while let Some(batch) = batches.next().await {
        for message in batch {
            sink.feed(message).await?;
        }
        sink.flush().await?;
    }
    sink.close().await
}
