//! error: future cannot be sent between threads safely
//! `drop` is not the end of a block: a value that was borrowed keeps its place till then.

use std::rc::Rc;

use tokio::task::yield_now;

#[tokio::main]
async fn main() {
    let task = tokio::spawn(async {
        let greeting = Rc::new("+PONG\r\n");
        println!("{greeting}");
        drop(greeting);
        yield_now().await;
    });
    task.await.expect("the task does not panic");
}
