//! mistake: lost-in-a-branch
//!
//! The belief: a branch that loses goes on where it was. The message that waited for room is lost.

use std::pin::pin;
use std::time::Duration;

use futures::{Sink, SinkExt, Stream, StreamExt};
use tokio::time::sleep;

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
        let next = async {
            let message = messages.next().await?;
            Some(sink.feed(message).await)
        };
        tokio::select! { biased; fed = next => match fed { Some(fed) => { fed?; unflushed = true; } None => return sink.close().await }, () = sleep(Duration::ZERO), if unflushed => { sink.flush().await?; unflushed = false; } }
    }
}
