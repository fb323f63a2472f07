//! # A slow store
//!
//! An editor saves a document. If that takes longer than the user's patience lasts, it
//! also saves a note, "still saving". In the test it did; in production, the editor hangs
//! whenever the store is slow.
//!
//! At the end:
//!
//! - `save` returns as soon as the document is stored, and so is the note, if one was
//!   needed;
//! - it returns the number that the store gave the document;
//! - `store` is called for the note as soon as the patience is over, and not at all if
//!   the document is stored by then;
//! - `store` is called for the document once, and that call runs to its end: half a
//!   document is worse than none.
//!
//! `store` returns the number of what it has stored. How it works is its own affair, but it
//! handles one call at a time. If the document is stored at the very moment when the
//! patience ends, a note is as right as none. Change anything except the signature of `save`.
//!
//! ```console
//! $ cargo course check a-slow-store
//! ```

use std::pin::pin;
use std::time::Duration;

use tokio::time::sleep;

/// Stores the document and, if that takes longer than `patience`, a note. Returns the
/// document's number.
pub async fn save<S: AsyncFn(&str) -> usize>(
    store: S,
    document: &str,
    patience: Duration,
) -> usize {
    let mut saving = pin!(store(document));
    tokio::select! {
        number = &mut saving => number,
        () = sleep(patience) => {
            // TODO: who polls `saving` while this line waits?
            store("still saving").await;
            saving.await
        }
    }
}
