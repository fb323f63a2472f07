//! Sessions of real clients with the server at an address: `cargo run -- 127.0.0.1:6379`.

use std::error::Error;
use std::time::Duration;

use fred::prelude::*;
use redis::AsyncTypedCommands;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let addr = std::env::args().nth(1).ok_or("usage: framing-clients ADDR")?;
    with_redis(&addr).await?;
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

/// The crate `redis`: a multiplexed connection, a pipeline, and a thousand tasks that share it.
async fn with_redis(addr: &str) -> Result<(), Box<dyn Error>> {
    let client = redis::Client::open(format!("redis://{addr}/"))?;
    let mut connection =
        client.get_multiplexed_async_connection_with_config(&patient()).await?;
    connection.del("redis:city").await?;
    assert_eq!(connection.get("redis:city").await?, None);
    connection.set("redis:city", "Paris").await?;
    assert_eq!(connection.get("redis:city").await?.as_deref(), Some("Paris"));
    assert!(connection.exists("redis:city").await?);
    let soon = redis::SetOptions::default().with_expiration(redis::SetExpiry::EX(100));
    connection.set_options("redis:soon", "gone", soon).await?;
    let new = redis::SetOptions::default().conditional_set(redis::ExistenceCheck::NX);
    assert_eq!(connection.set_options("redis:city", "Rome", new).await?, None);

    let (old, new): (String, i64) = redis::pipe()
        .cmd("GET")
        .arg("redis:city")
        .cmd("DEL")
        .arg("redis:n")
        .ignore()
        .cmd("INCR")
        .arg("redis:n")
        .query_async(&mut connection)
        .await?;
    assert_eq!((old.as_str(), new), ("Paris", 1));

    let error = redis::cmd("FLY").query_async::<()>(&mut connection).await.unwrap_err();
    assert!(error.to_string().contains("unknown command 'FLY'"), "{error}");

    let tasks: Vec<_> = (0..1000)
        .map(|_| {
            let mut connection = connection.clone();
            tokio::spawn(async move {
                redis::cmd("INCR")
                    .arg("redis:n")
                    .query_async::<i64>(&mut connection)
                    .await
            })
        })
        .collect();
    for task in tasks {
        task.await??;
    }
    assert_eq!(connection.get("redis:n").await?.as_deref(), Some("1001"));
    Ok(())
}

/// The crate `fred`: a client with its own idea of what a server says at the start.
async fn with_fred(addr: &str) -> Result<(), Box<dyn Error>> {
    let config = Config::from_url(&format!("redis://{addr}"))?;
    let client = Builder::from_config(config).build()?;
    client.init().await?;
    client.del::<(), _>("fred:city").await?;
    assert_eq!(client.get::<Option<String>, _>("fred:city").await?, None);
    client.set::<(), _, _>("fred:city", "Paris", None, None, false).await?;
    let none: Option<String> =
        client.set("fred:city", "Rome", None, Some(SetOptions::NX), false).await?;
    assert_eq!(none, None);
    client
        .set::<(), _, _>("fred:soon", "gone", Some(Expiration::EX(100)), None, false)
        .await?;
    assert_eq!(client.get::<String, _>("fred:city").await?, "Paris");

    client.del::<(), _>("fred:n").await?;
    let pipeline = client.pipeline();
    for _ in 0..100 {
        pipeline.incr::<(), _>("fred:n").await?;
    }
    let numbers: Vec<i64> = pipeline.all().await?;
    assert_eq!(numbers, (1..=100).collect::<Vec<_>>());
    client.quit().await?;
    Ok(())
}
