use std::future::poll_fn;
use std::pin::pin;
use std::time::Duration;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut work = pin!(tokio::time::sleep(Duration::from_millis(10)));
    let mut polls = 0;
    poll_fn(|cx| {
        polls += 1;
        work.as_mut().poll(cx)
    })
    .await;
    println!("it was polled {polls} times");
}
