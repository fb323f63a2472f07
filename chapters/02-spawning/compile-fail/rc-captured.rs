//! error: future cannot be sent between threads safely
//! A future holds what it has captured from the start, even if it never waits.

use std::rc::Rc;

#[tokio::main]
async fn main() {
    let greeting = Rc::new("+PONG\r\n");
    let task = tokio::spawn(async move {
        println!("{greeting}");
    });
    task.await.expect("the task does not panic");
}
