//! mistake: runtime-is-everywhere
//! The belief: a new runtime of one's own can block anywhere.

use std::io;

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
    let runtime = tokio::runtime::Runtime::new()?;
    let count = draft.paragraphs.len();
    runtime.block_on(client.set(format!("draft:{id}:title"), draft.title))?;
    for (i, text) in draft.paragraphs.into_iter().enumerate() {
        runtime.block_on(client.set(format!("draft:{id}:{i}"), text))?;
    }
    runtime.block_on(client.set(format!("draft:{id}:saved"), count.to_string()))
}
