//! What does a message cost a client that listens to many channels?
//!
//! ```console
//! $ cargo run --release --example 09-one-queue-measured
//! ```
//!
//! One listener, many channels, one message at a time: once with a `broadcast` receiver for each
//! channel, all of them in a `StreamMap`, and once with this chapter's inbox, one queue for all.

use std::time::{Duration, Instant};

use bytes::Bytes;
use futures::StreamExt;
use streams::{Hub, Topic};
use tokio::sync::broadcast;
use tokio_stream::StreamMap;
use tokio_stream::wrappers::BroadcastStream;

/// Long enough that the clock does not matter.
const LONG: Duration = Duration::from_millis(200);

#[tokio::main(flavor = "current_thread")]
async fn main() {
    println!("channels   a stream each, in a StreamMap   one queue for all");
    for n in [1, 10, 100, 1_000, 10_000] {
        let (map, queue) = (stream_map(n).await, one_queue(n).await);
        println!("{n:8}   {:>22.2} \u{b5}s a message   {:>9.2} \u{b5}s", map, queue);
    }
}

async fn stream_map(n: usize) -> f64 {
    let channels: Vec<_> = (0..n).map(|_| broadcast::Sender::<Bytes>::new(16)).collect();
    let mut all: StreamMap<usize, _> = channels
        .iter()
        .map(|channel| BroadcastStream::new(channel.subscribe()))
        .enumerate()
        .collect();
    // A task of its own, so that it has to wait, and be woken, for every message.
    let (heard, mut hearing) = tokio::sync::mpsc::channel(1);
    tokio::spawn(async move {
        while let Some((_, Ok(message))) = all.next().await {
            let _ = heard.send(message).await;
        }
    });
    each(n, async |at| {
        let _ = channels[at].send(Bytes::from_static(b"message"));
        hearing.recv().await
    })
    .await
}

async fn one_queue(n: usize) -> f64 {
    let hub = Hub::new(1 << 20);
    let mut inbox = hub.inbox();
    let names: Vec<Bytes> = (0..n).map(|at| format!("channel:{at}").into()).collect();
    names.iter().for_each(|name| hub.subscribe(Topic::Channel, name, &inbox));
    let (heard, mut hearing) = tokio::sync::mpsc::channel(1);
    tokio::spawn(async move {
        while let Some(message) = inbox.next().await {
            let _ = heard.send(message.payload).await;
        }
    });
    each(n, async |at| {
        hub.publish(&names[at], b"message");
        hearing.recv().await
    })
    .await
}

/// Microseconds a message, from the publisher to the listener.
async fn each(n: usize, mut send: impl AsyncFnMut(usize) -> Option<Bytes>) -> f64 {
    let (mut messages, mut at) = (0_u32, 0);
    let start = Instant::now();
    while start.elapsed() < LONG {
        at = (at + 7_919) % n;
        send(at).await.expect("the listener is there");
        messages += 1;
    }
    start.elapsed().as_secs_f64() * 1e6 / f64::from(messages)
}
