//! mistake: result-not-looked-at
//!
//! The belief: a sink that has failed says so again when it is closed.

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
    let mut bursts = pin!(messages.ready_chunks(64));
    'bursts: while let Some(burst) = bursts.next().await {
        for message in burst {
            if sink.feed(message).await.is_err() {
                break 'bursts;
            }
        }
        if sink.flush().await.is_err() {
            break;
        }
    }
    sink.close().await
}
