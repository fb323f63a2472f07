//! A batch as a stream of its own: `send_all` flushes at its end.

use std::pin::pin;

use futures::{Sink, SinkExt, Stream, StreamExt, stream};

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
    let mut batches = pin!(messages.ready_chunks(64));
    let mut sink = pin!(sink);
    while let Some(batch) = batches.next().await {
        sink.send_all(&mut stream::iter(batch).map(Ok)).await?;
    }
    sink.close().await
}
