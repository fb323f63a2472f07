//! error: unused implementer of `Future` that must be used
//! A bare call is only a warning, unless it is denied as it is here.

#![deny(unused_must_use)]

use mini_redis::{Result, client};

#[tokio::main]
async fn main() -> Result<()> {
    let mut client = client::connect("127.0.0.1:6379").await?;
    client.set("hello-tokio", "world".into());
    Ok(())
}
