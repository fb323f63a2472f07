//! mistake: reply-withheld
//!
//! The belief: a flush every now and then is soon enough.

use std::pin::pin;
use std::time::Duration;

use futures::{Sink, SinkExt, Stream, StreamExt};
use tokio::time::interval;

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
    let mut now_and_then = interval(Duration::from_millis(100));
    loop {
        tokio::select! { message = messages.next() => match message { Some(message) => sink.feed(message).await?, None => return sink.close().await, }, _ = now_and_then.tick() => sink.flush().await?, }
    }
}
