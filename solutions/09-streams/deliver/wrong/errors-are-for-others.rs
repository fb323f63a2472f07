//! mistake: result-not-looked-at
//!
//! The belief: who reads at the other end will notice. The sink is broken, and it goes on giving it messages.

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
    let mut batches = pin!(messages.ready_chunks(64));
    let mut sink = pin!(sink);
    while let Some(batch) = batches.next().await {
        for message in batch {
            let _ = sink.feed(message).await;
        }
        let _ = sink.flush().await;
    }
    sink.close().await
}
