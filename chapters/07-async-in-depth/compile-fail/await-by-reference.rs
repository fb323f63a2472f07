//! error: E0277
//!
//! To await a future by reference, and keep it, one has to promise first that it stays where it is.

async fn greet(name: String) -> String {
    format!("hello, {name}")
}

#[tokio::main]
async fn main() {
    let mut future = greet("Ann".into());
    let greeting = (&mut future).await;
    println!("{greeting}");
}
