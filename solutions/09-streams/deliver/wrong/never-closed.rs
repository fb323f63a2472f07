//! mistake: drop-flushes
//!
//! The belief: what was fed leaves when the sink is dropped, and a batch of less than 64 can wait for that.

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
    let mut messages = pin!(messages);
    let mut sink = pin!(sink);
    let mut fed = 0;
    loop {
        tokio::select! {
            biased;
            next = messages.next() => match next {
                Some(message) => {
                    sink.feed(message).await?;
                    fed += 1;
                }
                None => return Ok(()),
            },
            // No message is there.
            () = std::future::ready(()), if fed > 0 => {
                sink.flush().await?;
                fed = 0;
            }
        }
    }
}
