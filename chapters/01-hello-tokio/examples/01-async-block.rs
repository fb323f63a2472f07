//! An `async` block: a future without a function.
//!
//! ```console
//! $ cargo run --example 01-async-block
//! ```

// ANCHOR: program
#[tokio::main]
async fn main() {
    let name = String::from("owl");
    let length = async {
        println!("measuring {name}");
        name.len()
    };
    println!("the block is built");
    println!("its output is {}", length.await);
}
// ANCHOR_END: program
