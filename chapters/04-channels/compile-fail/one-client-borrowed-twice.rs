//! error: E0499
//! Two requests at the same time need the client mutably, both of them.

use mini_redis::{Result, client};

#[tokio::main]
async fn main() -> Result<()> {
    let mut client = client::connect("127.0.0.1:6379").await?;
    let (set, get) = tokio::join!(client.set("ash", "tree".into()), client.get("elm"));
    set?;
    println!("{:?}", get?);
    Ok(())
}
