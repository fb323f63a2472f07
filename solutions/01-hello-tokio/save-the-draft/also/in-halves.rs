//! A future may call the function that made it, behind a `Box::pin`: both halves of the writes
//! are under way together, and the mark follows.

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

async fn write_all<C: Client>(client: &C, writes: &[(String, String)]) -> io::Result<()> {
    match writes {
        [] => Ok(()),
        [(key, value)] => client.set(key.clone(), value.clone()).await,
        more => {
            let (left, right) = more.split_at(more.len() / 2);
            let left = Box::pin(write_all(client, left));
            let right = Box::pin(write_all(client, right));
            tokio::try_join!(left, right)?;
            Ok(())
        }
    }
}

/// Saves `draft` under the number `id`.
///
/// # Errors
///
/// The error of a write that failed.
pub async fn save<C: Client>(client: &C, id: u32, draft: Draft) -> io::Result<()> {
    let count = draft.paragraphs.len();
    let mut writes = vec![(format!("draft:{id}:title"), draft.title)];
    let texts = draft.paragraphs.into_iter().enumerate();
    writes.extend(texts.map(|(i, text)| (format!("draft:{id}:{i}"), text)));
    write_all(client, &writes).await?;
    client.set(format!("draft:{id}:saved"), count.to_string()).await
}
