//! `select!` over futures that it only borrows, as often as there are futures: those that were
//! not first are kept, and go on.

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
    let texts = async {
        for (i, text) in draft.paragraphs.into_iter().enumerate() {
            client.set(format!("draft:{id}:{i}"), text).await?;
        }
        io::Result::Ok(())
    };
    tokio::pin!(title, texts);
    let (mut has_title, mut has_texts) = (false, false);
    while !(has_title && has_texts) {
        tokio::select! {
            result = &mut title, if !has_title => {
                result?;
                has_title = true;
            }
            result = &mut texts, if !has_texts => {
                result?;
                has_texts = true;
            }
        }
    }
    client.set(format!("draft:{id}:saved"), count.to_string()).await
}
