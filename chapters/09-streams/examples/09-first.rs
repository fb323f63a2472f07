//! The smallest stream, and a loop that pulls it.
//!
//! ```console
//! $ cargo run --example 09-first
//! ```

// ANCHOR: first
use futures::StreamExt;
use futures::stream;

#[tokio::main]
async fn main() {
    let mut tens = stream::iter([1, 2, 3]).map(|n| n * 10);
    while let Some(ten) = tens.next().await {
        println!("{ten}");
    }
    println!("there are no more");
}
// ANCHOR_END: first
