//! error: future cannot be sent between threads safely
//! What a task needs after an `.await` moves with it from thread to thread.

use std::rc::Rc;

use tokio::task::yield_now;

#[tokio::main]
async fn main() {
    let task = tokio::spawn(async {
        let greeting = Rc::new("+PONG\r\n");
        yield_now().await;
        println!("{greeting}");
    });
    task.await.expect("the task does not panic");
}
