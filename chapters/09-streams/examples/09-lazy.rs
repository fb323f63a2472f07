//! When does a stream run?
//!
//! ```console
//! $ cargo run --example 09-lazy
//! ```

use std::time::Duration;

use futures::stream::{self, StreamExt};
use tokio::time::{Instant, sleep};

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

    let start = Instant::now();
    let wait = async |n: u32| {
        sleep(Duration::from_secs(1)).await;
        n
    };
    stream::iter(1..=3).then(wait).collect::<Vec<_>>().await;
    println!("\n3 waits of 1 s, `then`:               {:?}", start.elapsed());
    let start = Instant::now();
    stream::iter(1..=3).map(wait).buffered(3).collect::<Vec<_>>().await;
    println!("3 waits of 1 s, `map` and `buffered`: {:?}", start.elapsed());
}
