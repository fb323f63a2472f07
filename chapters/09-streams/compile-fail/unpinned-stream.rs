//! error: E0277
//! A stream may borrow from itself, so it must be pinned before it is polled.

use futures::{Stream, StreamExt};

async fn first(mut numbers: impl Stream<Item = u32>) -> Option<u32> {
    numbers.next().await
}

fn main() {
    let _ = first(futures::stream::iter([1]));
}
