//! When does a stream run?
//!
//! ```console
//! $ cargo run --example 09-lazy
//! ```

use std::time::Duration;

use futures::stream::{self, StreamExt};
use tokio::time::sleep;

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    // ANCHOR: lazy
    let pages = stream::iter(1..)
        .map(|page| {
            println!("fetching page {page}");
            page * 10
        })
        .filter(|size| std::future::ready(size % 20 == 0))
        .take(2);
    println!("the pipeline is built");

    sleep(Duration::from_secs(60)).await;
    println!("a minute later");

    let sizes: Vec<u32> = pages.collect().await;
    println!("{sizes:?}");
    // ANCHOR_END: lazy
}
