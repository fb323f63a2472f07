//! # Save the draft
//!
//! An editor saves drafts in Redis. `save` compiles without a warning, runs, and returns
//! `Ok(())`, and yet the database stays empty. A colleague has silenced the compiler's
//! warnings instead of reading them.
//!
//! When `save` has returned `Ok(())`:
//!
//! - the title is stored under `draft:ID:title`, the paragraphs under `draft:ID:0`,
//!   `draft:ID:1`, and so on, and the number of paragraphs under `draft:ID:saved`;
//! - `draft:ID:saved` was written after everything else had arrived: readers take it as
//!   the sign that the draft is whole.
//!
//! When a write fails, `save` returns its error, and `draft:ID:saved` is not written. It
//! does not try again.
//!
//! Change the body of `save` as you like, and nothing else. The check brings its own
//! `Client`, which counts what it is asked to do.
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
/// The error of a write that failed.
pub async fn save<C: Client>(client: &C, id: u32, draft: Draft) -> io::Result<()> {
    // TODO: none of this reaches the server.
    let count = draft.paragraphs.len();
    _ = client.set(format!("draft:{id}:title"), draft.title);
    for (i, text) in draft.paragraphs.into_iter().enumerate() {
        _ = client.set(format!("draft:{id}:{i}"), text);
    }
    _ = client.set(format!("draft:{id}:saved"), count.to_string());
    Ok(())
}
