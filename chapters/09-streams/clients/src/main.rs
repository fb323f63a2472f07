//! Sessions of real clients with the server at an address: `cargo run -- 127.0.0.1:6379`.

use std::error::Error;
use std::time::Duration;

use fred::clients::SubscriberClient;
use fred::prelude::*;
use futures_util::StreamExt;
use redis::{AsyncTypedCommands, PushKind};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let addr = std::env::args().nth(1).ok_or("usage: streams-clients ADDR")?;
    with_redis(&addr).await?;
    with_redis_in_resp3(&addr).await?;
    println!("redis: ok");
    with_fred(&addr).await?;
    println!("fred: ok");
    Ok(())
}

/// The crate waits half a second for a reply, which a busy machine does not keep to.
fn patient() -> redis::AsyncConnectionConfig {
    redis::AsyncConnectionConfig::new()
        .set_response_timeout(Some(Duration::from_secs(30)))
}

/// The crate `redis`, with a connection for subscriptions alone: RESP2.
async fn with_redis(addr: &str) -> Result<(), Box<dyn Error>> {
    let client = redis::Client::open(format!("redis://{addr}/"))?;
    let mut publisher =
        client.get_multiplexed_async_connection_with_config(&patient()).await?;
    let (mut sink, mut stream) = client.get_async_pubsub().await?.split();
    sink.subscribe("redis:a").await?;
    sink.psubscribe("redis:?").await?;
    assert_eq!(publisher.publish("redis:a", "one").await?, 2);
    assert_eq!(publisher.publish("redis:b", "two").await?, 1);
    for (channel, payload, pattern) in [
        ("redis:a", "one", None),
        ("redis:a", "one", Some("redis:?")),
        ("redis:b", "two", Some("redis:?")),
    ] {
        let message = stream.next().await.ok_or("the server hung up")?;
        assert_eq!(message.get_channel_name(), channel);
        assert_eq!(message.get_payload::<String>()?, payload);
        assert_eq!(message.get_pattern::<Option<String>>()?.as_deref(), pattern);
    }
    sink.punsubscribe("redis:?").await?;
    assert_eq!(publisher.publish("redis:b", "three").await?, 0);

    // A burst, in one pipeline.
    let mut pipeline = redis::pipe();
    for n in 0..10_000 {
        pipeline.cmd("PUBLISH").arg("redis:a").arg(n).ignore();
    }
    pipeline.query_async::<()>(&mut publisher).await?;
    for n in 0..10_000 {
        let message = stream.next().await.ok_or("the server hung up")?;
        assert_eq!(message.get_payload::<i64>()?, n);
    }
    Ok(())
}

/// The crate `redis` in RESP3: subscriptions and other commands on one connection.
async fn with_redis_in_resp3(addr: &str) -> Result<(), Box<dyn Error>> {
    let (sender, mut pushes) = tokio::sync::mpsc::unbounded_channel();
    let client = redis::Client::open(format!("redis://{addr}/?protocol=resp3"))?;
    let config = patient().set_push_sender(sender);
    let mut connection =
        client.get_multiplexed_async_connection_with_config(&config).await?;
    connection.subscribe("resp3:a").await?;
    connection.set("resp3:k", "v").await?;
    assert_eq!(connection.publish("resp3:a", "hello").await?, 1);
    assert_eq!(connection.get("resp3:k").await?.as_deref(), Some("v"));
    connection.unsubscribe("resp3:a").await?;
    let mut kinds = Vec::new();
    while kinds.last() != Some(&PushKind::Unsubscribe) {
        kinds.push(pushes.recv().await.ok_or("the server hung up")?.kind);
    }
    assert_eq!(kinds, [PushKind::Subscribe, PushKind::Message, PushKind::Unsubscribe]);
    Ok(())
}

/// The crate `fred`, whose subscriber keeps track of what it is subscribed to.
async fn with_fred(addr: &str) -> Result<(), Box<dyn Error>> {
    let config = Config::from_url(&format!("redis://{addr}"))?;
    let publisher = Builder::from_config(config.clone()).build()?;
    publisher.init().await?;
    let subscriber: SubscriberClient =
        Builder::from_config(config).build_subscriber_client()?;
    subscriber.init().await?;
    let mut messages = subscriber.message_rx();
    subscriber.subscribe("fred:a").await?;
    subscriber.psubscribe("fred:[b-d]").await?;
    subscriber.subscribe("fred:ready").await?;
    // It does not wait for the server to confirm a subscription. The last one is the last to be made.
    while publisher.publish::<i64, _, _>("fred:ready", "?").await? == 0 {}
    assert_eq!(publisher.publish::<i64, _, _>("fred:a", "one").await?, 1);
    assert_eq!(publisher.publish::<i64, _, _>("fred:c", "two").await?, 1);
    assert_eq!(publisher.publish::<i64, _, _>("fred:e", "three").await?, 0);
    for (channel, payload) in [("fred:ready", "?"), ("fred:a", "one"), ("fred:c", "two")]
    {
        let message = messages.recv().await?;
        assert_eq!(message.channel.to_string(), channel);
        assert_eq!(message.value.as_string().as_deref(), Some(payload));
    }
    subscriber.unsubscribe("fred:a").await?;
    while publisher.publish::<i64, _, _>("fred:a", "four").await? > 0 {}
    subscriber.quit().await?;
    publisher.quit().await?;
    Ok(())
}
