//! Futures of a stream in a task: the stream owns its items.
//!
//! ```console
//! $ cargo run --example 02-general-enough
//! ```

use futures::stream::{self, StreamExt};

#[tokio::main]
async fn main() {
    let names = vec![String::from("fox"), String::from("otter")];
    // ANCHOR: task
    let task = tokio::spawn(async move {
        stream::iter(names)
            .map(|name| async move { name.len() })
            .buffered(2)
            .collect::<Vec<usize>>()
            .await
    });
    // ANCHOR_END: task
    println!("{:?}", task.await.expect("the task does not panic"));
}
