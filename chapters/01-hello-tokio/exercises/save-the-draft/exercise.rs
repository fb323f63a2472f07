//! # Save the draft
//!
//! An editor saves drafts in Redis. `save` compiles without a warning, it runs, it returns
//! `Ok(())`, and the database stays empty. A colleague has silenced the compiler's
//! warnings instead of reading them.
//!
//! When `save` has returned `Ok(())`:
//!
//! - `draft:ID:title` and every paragraph, `draft:ID:0`, `draft:ID:1` and so on, are in
//!   the database, and so is `draft:ID:saved`, with the number of paragraphs;
//! - `draft:ID:saved` was written after everything else was there: readers take it as the
//!   sign that the draft is whole.
//!
//! When a write fails, `save` returns its error and `draft:ID:saved` is not written.
//!
//! Change the body of `save` as you like, and nothing else. The check brings a `Client`
//! that counts.
//!
//! ```console
//! $ cargo course check save-the-draft
//! ```

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
/// The error of the first write that fails.
pub async fn save<C: Client>(client: &C, id: u32, draft: Draft) -> io::Result<()> {
    // TODO: nothing of this reaches the server.
    let count = draft.paragraphs.len();
    _ = client.set(format!("draft:{id}:title"), draft.title);
    for (i, text) in draft.paragraphs.into_iter().enumerate() {
        _ = client.set(format!("draft:{id}:{i}"), text);
    }
    _ = client.set(format!("draft:{id}:saved"), count.to_string());
    Ok(())
}
