//! error: E0752
//! `main` cannot be `async`: nobody would be there to poll it. `#[tokio::main]` is missing.

async fn main() {
    println!("hello");
}
