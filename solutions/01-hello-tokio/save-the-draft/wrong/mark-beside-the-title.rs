//! mistake: joined-what-depends
//! The belief: the title is there long before the text is. So the mark only has to wait for the
//! text, and the title may take as long as it likes.

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
    let title = client.set(format!("draft:{id}:title"), draft.title);
    let text = async {
        for (i, text) in draft.paragraphs.into_iter().enumerate() {
            client.set(format!("draft:{id}:{i}"), text).await?;
        }
        // Where there is no text, the title has not even been on its way.
        if count > 0 {
            client.set(format!("draft:{id}:saved"), count.to_string()).await?;
        }
        Ok(())
    };
    tokio::try_join!(title, text)?;
    match count {
        0 => client.set(format!("draft:{id}:saved"), count.to_string()).await,
        _ => Ok(()),
    }
}
