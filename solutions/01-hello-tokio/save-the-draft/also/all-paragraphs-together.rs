//! As many futures as there are paragraphs, all of which borrow the client, and one place that
//! awaits them. The mark needs them all: it has an `.await` of its own after them.

use std::io;

use futures::future::try_join_all;

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
    client.set(format!("draft:{id}:title"), draft.title).await?;
    let paragraphs = draft.paragraphs.into_iter().enumerate();
    let writes = paragraphs.map(|(i, text)| client.set(format!("draft:{id}:{i}"), text));
    try_join_all(writes).await?;
    client.set(format!("draft:{id}:saved"), count.to_string()).await
}
