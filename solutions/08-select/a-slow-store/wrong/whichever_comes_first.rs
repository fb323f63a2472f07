//! mistake: lost-in-a-branch
//!
//! Two calls in a race, where only the note's end drops the other. This store is quick with
//! notes.

use std::pin::pin;
use std::time::Duration;

use tokio::time::timeout;

/// Stores the document and, if that takes longer than `patience`, a note. Returns the
/// document's number.
pub async fn save<S: AsyncFn(&str) -> usize>(
    store: S,
    document: &str,
    patience: Duration,
) -> usize {
    let mut saving = pin!(store(document));
    if let Ok(number) = timeout(patience, &mut saving).await {
        return number;
    }
    let mut note = pin!(store("still saving"));
    tokio::select! {
        number = &mut saving => {
            note.await;
            number
        }
        number = &mut note => number,
    }
}
