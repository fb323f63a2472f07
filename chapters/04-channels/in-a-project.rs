use tokio::sync::{mpsc, oneshot};

#[tokio::main]
async fn main() {
    let (requests, mut queue) = mpsc::channel::<(u32, oneshot::Sender<u32>)>(32);
    tokio::spawn(async move {
        let mut sum = 0;
        while let Some((n, reply)) = queue.recv().await {
            sum += n;
            let _ = reply.send(sum); // fails if nobody waits for it any more
        }
    });
    let (reply, answer) = oneshot::channel();
    requests.send((7, reply)).await.expect("the task is there");
    println!("the sum is {}", answer.await.expect("the task answers"));
}
