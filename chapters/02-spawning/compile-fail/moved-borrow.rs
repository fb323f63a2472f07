//! error: E0597
//! `move` moves the reference, and what it points to stays behind.

#[tokio::main]
async fn main() {
    let greeting = String::from("+PONG\r\n");
    let line = greeting.trim_end();
    let task = tokio::spawn(async move {
        println!("{line}");
    });
    task.await.expect("the task does not panic");
}
