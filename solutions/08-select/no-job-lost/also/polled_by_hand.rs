//! Without `select!`: `stop` is looked at between two jobs, and waited for together with the next one in a `poll_fn`. It is what the
//! macro does, by hand.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

use tokio::sync::{mpsc, oneshot};

/// Stores jobs until the queue ends or `stop` is done.
pub async fn work<S: AsyncFnMut(u32)>(
    queue: &mut mpsc::Receiver<u32>,
    mut stop: oneshot::Receiver<()>,
    mut store: S,
) {
    loop {
        let next = poll_fn(|cx| match Pin::new(&mut stop).poll(cx) {
            Poll::Ready(_) => Poll::Ready(None),
            Poll::Pending => queue.poll_recv(cx),
        });
        match next.await {
            Some(job) => store(job).await,
            None => return,
        }
    }
}
