//! mistake: await-in-sequence
//!
//! The store handles one call at a time, so the note may wait for the document here as well as
//! there.

use std::pin::pin;
use std::time::Duration;

use tokio::time::sleep;

/// Stores the document and, if that takes longer than `patience`, a note.
pub async fn save<S: AsyncFn(&str)>(store: S, document: &str, patience: Duration) {
    let mut saving = pin!(store(document));
    tokio::select! { () = &mut saving => {} () = sleep(patience) => { saving.await; store("still saving").await; } }
}
