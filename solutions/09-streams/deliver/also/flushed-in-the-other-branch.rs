//! One branch for messages, and one for the flush. A flush of nothing is done at once, so its branch is open only while there
//! is something to flush.

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
    let (mut messages, mut sink) = (pin!(messages), pin!(sink));
    let mut unflushed = false;
    loop {
        tokio::select! {
            biased;
            message = messages.next() => match message {
                Some(message) => {
                    sink.feed(message).await?;
                    unflushed = true;
                }
                None => return sink.close().await,
            },
            flushed = sink.flush(), if unflushed => {
                flushed?;
                unflushed = false;
            }
        }
    }
}
