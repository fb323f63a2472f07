//! mistake: polled-after-done
//! The belief: a future that was ready says so again. This goes well as long as all writes are done
//! at the same time.

use std::future::poll_fn;
use std::io;
use std::task::Poll;

/// A connection to Redis that can be shared.
pub trait Client {
    /// Sets `key` to `value`: one round trip to the server.
    ///
    /// # Errors
    ///
    /// Those of the connection.
    fn set(&self, key: String, value: String) -> impl Future<Output = io::Result<()>>;
}

/// A text that somebody is writing.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Its title.
    pub title: String,
    /// Its paragraphs, in order.
    pub paragraphs: Vec<String>,
}

/// Saves `draft` under the number `id`.
///
/// # Errors
///
/// The error of a write that failed.
pub async fn save<C: Client>(client: &C, id: u32, draft: Draft) -> io::Result<()> {
    let count = draft.paragraphs.len();
    let mut writes = vec![Box::pin(client.set(format!("draft:{id}:title"), draft.title))];
    for (i, text) in draft.paragraphs.into_iter().enumerate() {
        writes.push(Box::pin(client.set(format!("draft:{id}:{i}"), text)));
    }
    poll_fn(|cx| {
        let mut all_ready = true;
        for write in &mut writes {
            match write.as_mut().poll(cx) {
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Ready(Ok(())) => {}
                Poll::Pending => all_ready = false,
            }
        }
        if all_ready { Poll::Ready(Ok(())) } else { Poll::Pending }
    })
    .await?;
    client.set(format!("draft:{id}:saved"), count.to_string()).await
}
