//! error: E0034
//! Both crates have a trait `StreamExt`, and most of Tokio's methods are in the other one, too.

use futures::StreamExt;
use tokio_stream::StreamExt as _;

#[tokio::main]
async fn main() {
    let mut words = futures::stream::iter(["one", "two"]);
    println!("{:?}", words.next().await);
}
