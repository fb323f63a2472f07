//! mistake: await-in-sequence
//!
//! The store handles one call at a time, so the note may wait for the document here as well as
//! there.

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
            let number = saving.await;
            store("still saving").await;
            number
        }
    }
}
