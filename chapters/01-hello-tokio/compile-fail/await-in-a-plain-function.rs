//! error: E0728
//! `.await` belongs in an `async` function or block: a plain function cannot be left in
//! the middle and entered again.

use mini_redis::{Result, client};

fn get(key: &str) -> Result<()> {
    let mut client = client::connect("127.0.0.1:6379").await?;
    println!("{:?}", client.get(key).await?);
    Ok(())
}

fn main() -> Result<()> {
    get("hello-tokio")
}
