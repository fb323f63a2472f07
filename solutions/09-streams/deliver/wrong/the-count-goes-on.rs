//! mistake: batch-has-a-size
//!
//! The belief: a flush after every 64th message of all is one after every 64. The count goes on over a pause, and the next
//! burst is cut where it gets to 64.

use std::pin::pin;

use futures::{FutureExt, Sink, SinkExt, Stream, StreamExt};

/// Gives all messages to the sink, encoded.
pub async fn deliver<T, M, S>(
    messages: impl Stream<Item = T>,
    encode: impl Fn(T) -> M,
    sink: S,
) -> Result<(), S::Error>
where
    S: Sink<M>,
{
    let (mut messages, mut sink) = (pin!(messages), pin!(sink));
    let mut fed = 0_u64;
    loop {
        let message = match messages.next().now_or_never() {
            Some(message) => message,
            None => {
                sink.flush().await?;
                messages.next().await
            }
        };
        let Some(message) = message else {
            break;
        };
        sink.feed(encode(message)).await?;
        fed += 1;
        if fed % 64 == 0 {
            sink.flush().await?;
        }
    }
    sink.close().await
}
