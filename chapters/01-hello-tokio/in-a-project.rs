use std::time::Duration;

use tokio::time::sleep;

async fn get(key: &str) -> usize {
    sleep(Duration::from_millis(100)).await;
    key.len()
}

#[tokio::main]
async fn main() {
    let (fox, otter) = tokio::join!(get("fox"), get("otter"));
    println!("{fox} and {otter}, after 100 ms");
}
