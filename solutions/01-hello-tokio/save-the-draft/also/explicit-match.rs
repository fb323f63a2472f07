//! What `?` does, written out, and one `async` block around the whole.

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
    let texts = draft.paragraphs.into_iter().enumerate();
    let keys = texts.map(|(i, text)| (i.to_string(), text));
    let all = [("title".to_owned(), draft.title)].into_iter().chain(keys);
    let whole = async {
        for (key, value) in all.chain([("saved".to_owned(), count.to_string())]) {
            match client.set(format!("draft:{id}:{key}"), value).await {
                Ok(()) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    };
    whole.await
}
