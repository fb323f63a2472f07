//! error: E0373
//! A task may outlive the function that spawns it, so it may not borrow from it.

#[tokio::main]
async fn main() {
    let greeting = String::from("+PONG\r\n");
    let task = tokio::spawn(async {
        println!("{greeting}");
    });
    task.await.expect("the task does not panic");
}
