//! # Deliver
//!
//! `deliver` is the part of a publish/subscribe server that faces one subscriber. Messages come as a
//! stream, are encoded, and go into a sink with a socket behind it. A flush is a system call, so the messages of a
//! burst should share one. But the last message before a pause must not wait for company.
//!
//! At the end:
//!
//! - the sink gets every message, encoded, in order;
//! - messages that are there at the same time share a flush; you may flush when the sink got 64 since the
//!   last flush, but not more often;
//! - while `deliver` waits for the next message, everything before it has been flushed;
//! - while the sink has no room, at most 64 messages have been taken from the stream and not been given
//!   to the sink (a buffer in front of it is not the sink);
//! - when the messages end, `deliver` asks for no more of them, closes the sink, and returns `Ok`;
//! - when a call of the sink fails, be it once, `deliver` returns that error.
//!
//! Change the body of `deliver` as you like, and nothing else.
//!
//! ```console
//! $ cargo course check deliver
//! ```

use std::pin::pin;

use futures::{Sink, SinkExt, Stream, StreamExt};

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
    while let Some(message) = messages.next().await {
        // TODO: `send` is `feed` and `flush`.
        sink.send(encode(message)).await?;
    }
    sink.close().await
}
