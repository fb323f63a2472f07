//! The smallest task: it returns a value, and its handle hands that over.
//!
//! ```console
//! $ cargo run --example 02-a-task
//! ```

// ANCHOR: program
async fn double(n: u32) -> u32 {
    println!("doubling {n}");
    n * 2
}

#[tokio::main]
async fn main() {
    let handle = tokio::spawn(double(21));
    match handle.await {
        Ok(n) => println!("the task returned {n}"),
        Err(error) => println!("the task returned nothing: {error}"),
    }
}
// ANCHOR_END: program
