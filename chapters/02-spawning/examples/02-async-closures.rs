//! An async closure, and a function that takes one.
//!
//! ```console
//! $ cargo run --example 02-async-closures
//! ```

// ANCHOR: program
async fn each(numbers: &[u64], act: impl AsyncFn(u64) -> u64) -> u64 {
    let mut sum = 0;
    for number in numbers {
        sum += act(*number).await;
    }
    sum
}

#[tokio::main]
async fn main() {
    let factor = 10;
    let scale = async |number| number * factor;
    println!("{}", each(&[1, 2, 3], scale).await);
}
// ANCHOR_END: program
