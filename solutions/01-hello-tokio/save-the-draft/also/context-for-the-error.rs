//! The error says what was being done, and keeps the words of the write.

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
    let count = draft.paragraphs.len();
    let of = |what: &str, error: io::Error| {
        io::Error::new(error.kind(), format!("saving {what} of draft {id}: {error}"))
    };
    for (i, text) in draft.paragraphs.into_iter().enumerate().rev() {
        let written = client.set(format!("draft:{id}:{i}"), text).await;
        written.map_err(|error| of("the text", error))?;
    }
    let written = client.set(format!("draft:{id}:title"), draft.title).await;
    written.map_err(|error| of("the title", error))?;
    let written = client.set(format!("draft:{id}:saved"), count.to_string()).await;
    written.map_err(|error| of("the mark", error))
}
