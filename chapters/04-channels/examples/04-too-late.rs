//! A request that gets into the queue after its receiver is gone.
//!
//! ```console
//! $ cargo run --example 04-too-late
//! ```
//!
//! `send` waits for a place in the channel, and then puts its message there. On another
//! thread, the receiver may go in between. Here the two steps are taken apart, so that it
//! always does.

use std::time::Duration;

use tokio::sync::mpsc::Receiver;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

type Responder = oneshot::Sender<&'static str>;

// ANCHOR: request
/// What becomes of a request if the manager ends like this while it is being sent.
async fn request(end: impl AsyncFnOnce(Receiver<Responder>)) -> &'static str {
    let (commands, queue) = mpsc::channel(1);
    let (reply, answer) = oneshot::channel();

    let place = commands.reserve().await.expect("the receiver is here");
    let ask = async {
        place.send(reply);
        timeout(DAY, answer).await
    };
    let ((), answer) = tokio::join!(biased; end(queue), ask);
    match answer {
        Ok(Ok(answer)) => answer,
        Ok(Err(_)) => "learns at once that nobody will answer",
        Err(_) => "waits for a day, and would wait forever",
    }
}
// ANCHOR_END: request

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    // ANCHOR: ends
    let dropped = request(async |queue| drop(queue)).await;
    println!("after drop(queue), the request {dropped}");

    let drained = request(async |mut queue| {
        queue.close();
        while queue.recv().await.is_some() {}
    })
    .await;
    println!("after close and recv, the request {drained}");
    // ANCHOR_END: ends
}
