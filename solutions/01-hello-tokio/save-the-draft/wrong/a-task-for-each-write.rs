//! mistake: task-for-a-future
//! error: cannot be sent between threads safely
//! The belief: writes that should be under way together need a task each.

use std::io;
use tokio::task::JoinSet;

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
    let mut writes = JoinSet::new();
    writes.spawn(client.set(format!("draft:{id}:title"), draft.title));
    for (i, text) in draft.paragraphs.into_iter().enumerate() {
        writes.spawn(client.set(format!("draft:{id}:{i}"), text));
    }
    while let Some(written) = writes.join_next().await {
        written??;
    }
    client.set(format!("draft:{id}:saved"), count.to_string()).await
}
