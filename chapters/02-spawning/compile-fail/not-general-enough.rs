//! error: implementation of `FnOnce` is not general enough
//! The closure takes references of one lifetime, and a task asks for all of them.

use futures::stream::{self, StreamExt};

#[tokio::main]
async fn main() {
    let names = vec![String::from("fox"), String::from("otter")];
    let task = tokio::spawn(async move {
        stream::iter(&names)
            .map(|name| async move { name.len() })
            .buffered(2)
            .collect::<Vec<usize>>()
            .await
    });
    println!("{:?}", task.await.expect("the task does not panic"));
}
