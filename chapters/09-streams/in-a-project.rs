use std::time::Duration;

use futures::{StreamExt, stream};

#[tokio::main]
async fn main() {
    let mut pages = stream::iter(1..=9).map(fetch).buffered(3);
    while let Some(page) = pages.next().await {
        println!("{page}");
    }
}

async fn fetch(n: u32) -> String {
    tokio::time::sleep(Duration::from_millis(300)).await;
    format!("page {n}")
}
