//! mistake: unbounded-is-safe
//!
//! The belief: a queue in front of the sink only helps. While the sink takes nothing, the queue takes everything.

use std::collections::VecDeque;
use std::pin::pin;

use futures::{FutureExt, Sink, SinkExt, Stream, StreamExt, stream};

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
    let mut messages = pin!(messages);
    let mut sink = pin!(sink);
    while let Some(message) = messages.next().await {
        let mut batch = VecDeque::from([message]);
        while let Some(Some(message)) = messages.next().now_or_never() {
            batch.push_back(message);
        }
        sink.send_all(&mut stream::iter(batch).map(Ok)).await?;
    }
    sink.close().await
}
