//! error: E0308
//! A call of an `async fn` gives a future, and a future is not its output.

async fn visits(_page: &str) -> u64 {
    7
}

#[tokio::main]
async fn main() {
    let total: u64 = visits("/");
    println!("{total}");
}
