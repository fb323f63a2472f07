//! A call, a line, and an `.await`.
//!
//! ```console
//! $ cargo run --example 01-say-world
//! ```

// ANCHOR: program
async fn say_world() {
    println!("world");
}

#[tokio::main]
async fn main() {
    let future = say_world();
    println!("hello");
    future.await;
}
// ANCHOR_END: program
